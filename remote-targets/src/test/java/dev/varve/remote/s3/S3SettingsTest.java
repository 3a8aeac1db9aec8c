package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the environment says of a bucket.
class S3SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "NONE, NONE, true",
        "AWS_ENDPOINT_URL, https://host, true",
        "VARVE_S3_PROXY, http://proxy, true",
        "AWS_ENDPOINT_URL, http://host, false",
    })
    void tlsIsUsedUnlessTheServerHasNone(String name, String value, boolean expected) {
        assertEquals(expected, new S3Settings(Map.of(name, value)).usesTls());
    }

    @ParameterizedTest
    @CsvSource({
        "VARVE_S3_PROXY, http://proxy, false",
        "VARVE_S3_PROXY, https://proxy, true",
        "HTTP_PROXY, https://proxy, true",
        "http_proxy, https://proxy, true",
    })
    void aProxyMayUseTlsWhereTheServerDoesNot(String name, String value, boolean expected) {
        Map<String, String> environment = Map.of("VARVE_S3_ENDPOINT", "http://host", name, value);
        assertEquals(expected, new S3Settings(environment).usesTls());
    }
}
