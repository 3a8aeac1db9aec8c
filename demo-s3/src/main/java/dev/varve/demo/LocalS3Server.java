package dev.varve.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/// Serves a directory as S3 on a free port of loopback, until standard input ends: whoever started
/// it cannot leave it behind. Prints the endpoint as its only line.
///
/// ```
/// LocalS3Server DIRECTORY ACCESS_KEY SECRET_KEY
/// ```
///
/// Each directory in DIRECTORY is a bucket.
public final class LocalS3Server {
    private LocalS3Server() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IOException("LocalS3Server DIRECTORY ACCESS_KEY SECRET_KEY");
        }
        Path directory = Files.createDirectories(Path.of(args[0]));
        S3Proxy server =
                S3Proxy.builder()
                        .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, args[1], args[2])
                        .ignoreUnknownHeaders(true)
                        .build();
        server.start();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        out.println("http://127.0.0.1:" + server.getPort());
        while (System.in.read() >= 0) {
            continue;
        }
        server.stop();
    }
}
