package dev.varve.remote.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Builds the SDK's client as the settings say.
final class S3Clients {
    private static final int CONNECTIONS = 32;
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(10);

    /// A server that says nothing for so long will not.
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(60);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    private S3Clients() {}

    static S3Client build(S3Settings settings) throws IOException {
        S3ClientBuilder builder =
                S3Client.builder()
                        .credentialsProvider(credentials(settings))
                        .forcePathStyle(settings.pathStyle())
                        .serviceConfiguration(
                                s3 -> s3.chunkedEncodingEnabled(settings.chunkedEncoding()))
                        .overrideConfiguration(all -> all.retryStrategy(retries(settings)))
                        .httpClient(http(settings).build());
        if (settings.checksumsWhenRequired()) {
            builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        settings.endpoint().ifPresent(builder::endpointOverride);
        settings.region().map(Region::of).ifPresent(builder::region);
        return builder.build();
    }

    private static RetryStrategy retries(S3Settings settings) {
        BackoffStrategy pause = BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_PAUSE);
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(settings.attempts() < 1 ? 1 : settings.attempts())
                .backoffStrategy(pause)
                .throttlingBackoffStrategy(pause)
                .circuitBreakerEnabled(false)
                .build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        Optional<String> id = settings.value("AWS_ACCESS_KEY_ID");
        Optional<String> secret = settings.value("AWS_SECRET_ACCESS_KEY");
        if (id.isEmpty() || secret.isEmpty()) {
            return DefaultCredentialsProvider.builder().build();
        }
        Optional<String> token = settings.value("AWS_SESSION_TOKEN");
        AwsCredentials given =
                token.isPresent()
                        ? AwsSessionCredentials.create(id.get(), secret.get(), token.get())
                        : AwsBasicCredentials.create(id.get(), secret.get());
        return StaticCredentialsProvider.create(given);
    }

    private static Apache5HttpClient.Builder http(S3Settings settings) throws IOException {
        Apache5HttpClient.Builder http =
                Apache5HttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT_WAIT)
                        .connectionAcquisitionTimeout(ANSWER_WAIT)
                        .socketTimeout(ANSWER_WAIT);
        Optional<URI> proxy = settings.proxy();
        if (proxy.isPresent()) {
            http.proxyConfiguration(ProxyConfiguration.builder().endpoint(proxy.get()).build());
        }
        Optional<Path> caFile = settings.caFile();
        if (!settings.usesTls()) {
            // By default all certificates that Java trusts would be read.
            http.tlsTrustManagersProvider(() -> new TrustManager[0]);
        } else if (caFile.isPresent()) {
            TrustManager[] trusted = trusted(caFile.get());
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return http;
    }

    private static TrustManager[] trusted(Path caFile) throws IOException {
        // Java's parser takes single bytes.
        try (InputStream in = new BufferedInputStream(Files.newInputStream(caFile))) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + count++, certificate);
            }
            if (count == 0) {
                throw new IOException(caFile + ": no certificate in it");
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(caFile + ": no PEM certificates: " + e.getMessage(), e);
        }
    }
}
