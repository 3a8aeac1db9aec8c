package dev.varve.remote.s3;

import dev.varve.engine.model.DeletionRefusedException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.StoreFailedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What the SDK's exceptions mean, in one line that says what to do.
final class S3Errors {
    /// The permission to delete, which a writer can do without.
    static final String DELETE = "s3:DeleteObject";

    private final S3Location location;
    private final String server;

    S3Errors(S3Location location, S3Settings settings) {
        this.location = location;
        this.server = settings.endpoint().map(Object::toString).orElse("Amazon S3");
    }

    /// @param verb what was asked, as S3 calls the permission for it
    StorageException of(String verb, String name, SdkException e) {
        if (e instanceof S3Exception answered) {
            if (verb.equals(DELETE) && isDenied(answered)) {
                return new DeletionRefusedException(answer(verb, name, answered), e);
            }
            return new StoreFailedException(answer(verb, name, answered), e);
        }
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            return new StoreFailedException("interrupted while waiting for " + location, e);
        }
        return new StoreFailedException(silence(e), e);
    }

    /// Whether the server knows who asks, and does not let them.
    private static boolean isDenied(S3Exception e) {
        return e.statusCode() == 403 && code(e).startsWith("AccessDenied");
    }

    static boolean isMissing(SdkException e) {
        return e instanceof S3Exception s3
                && s3.statusCode() == 404
                && !code(s3).equals("NoSuchBucket")
                && !code(s3).equals("NoSuchUpload");
    }

    static NoSuchFileException missing(String name) {
        return new NoSuchFileException(name);
    }

    static boolean isThere(SdkException e) {
        return e instanceof S3Exception s3 && s3.statusCode() == 412;
    }

    /// Another conditional request for the same key was under way: to be tried again.
    static boolean isConflict(SdkException e) {
        return e instanceof S3Exception s3
                && s3.statusCode() == 409
                && code(s3).startsWith("ConditionalRequestConflict");
    }

    static boolean isNotImplemented(SdkException e) {
        return e instanceof S3Exception s3
                && (s3.statusCode() == 501 || code(s3).equals("NotImplemented"));
    }

    /// Whether the server takes no such request, or not in this form, whatever it is about: it does
    /// not know it, wants another checksum or none, or gives the permission for it to nobody.
    static boolean isRefusedAsSuch(SdkException e) {
        return isNotImplemented(e)
                || (e instanceof S3Exception s3
                        && switch (s3.statusCode()) {
                            case 400, 403, 404, 405, 411 -> true;
                            default -> false;
                        });
    }

    static boolean isBehindTheEnd(SdkException e) {
        return e instanceof S3Exception s3 && s3.statusCode() == 416;
    }

    static String code(S3Exception e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    private String answer(String verb, String name, S3Exception e) {
        String object = location + "/" + name;
        return switch (code(e)) {
            case "NoSuchBucket" ->
                    location + ": there is no bucket '" + location.bucket() + "' at " + server;
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AuthFailure" ->
                    location
                            + ": "
                            + server
                            + " does not accept the credentials; check AWS_ACCESS_KEY_ID,"
                            + " AWS_SECRET_ACCESS_KEY or AWS_PROFILE";
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
                    location + ": the credentials have expired; get new ones and run again";
            case "RequestTimeTooSkewed" ->
                    location + ": this machine's clock is wrong, says " + server + "; set it";
            case "AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocation" ->
                    location + ": another region than the bucket's; set AWS_REGION" + told(e);
            case "SlowDown", "ServiceUnavailable", "InternalError" ->
                    object + ": " + server + " is overloaded or down; try again later" + told(e);
            default -> byStatus(verb, object, e);
        };
    }

    private String byStatus(String verb, String object, S3Exception e) {
        return switch (e.statusCode()) {
            case 301, 307, 400 ->
                    object
                            + ": refused by "
                            + server
                            + " as malformed; check region, VARVE_S3_PATH_STYLE and"
                            + " VARVE_S3_CHUNKED_ENCODING"
                            + told(e);
            case 403 ->
                    object
                            + ": not permitted: the credentials lack "
                            + verb
                            + " on bucket '"
                            + location.bucket()
                            + "'";
            case 404, 405 ->
                    object
                            + ": "
                            + server
                            + " does not answer like an S3 server; check the endpoint";
            default -> object + ": " + verb + " failed with status " + e.statusCode() + told(e);
        };
    }

    private static String told(S3Exception e) {
        String message =
                Optional.ofNullable(e.awsErrorDetails()).map(d -> d.errorMessage()).orElse(null);
        return message == null || message.isBlank()
                ? ""
                : ": " + message.lines().findFirst().orElse("");
    }

    private String silence(SdkException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            String why =
                    switch (at) {
                        case UnknownHostException _ -> "no such host";
                        case SSLException tls ->
                                "TLS failed: " + tls.getMessage() + "; check VARVE_S3_CA_FILE";
                        case SocketTimeoutException _ -> "no answer in time";
                        case ConnectException _, NoRouteToHostException _ -> "cannot connect";
                        case SocketException broken -> "connection broke: " + broken.getMessage();
                        default -> null;
                    };
            if (why != null) {
                return location + ": " + server + ": " + why + "; check VARVE_S3_ENDPOINT";
            }
        }
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (said.contains("Unable to load credentials")) {
            return location
                    + ": no credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                    + " AWS_PROFILE";
        }
        if (said.contains("Unable to load region")) {
            return location
                    + ": no region; set AWS_REGION, or VARVE_S3_ENDPOINT for another server";
        }
        return location + ": " + server + ": " + said;
    }
}
