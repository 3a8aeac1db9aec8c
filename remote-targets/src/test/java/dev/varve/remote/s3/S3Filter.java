package dev.varve.remote.s3;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/// Stands in front of an S3 server and answers some requests itself, in the words in which S3
/// refuses; the rest it hands on, byte for byte, one request to a connection. Plain, or with a
/// certificate.
public final class S3Filter implements Closeable {
    private static final int MAX_HEAD_BYTES = 64 << 10;

    /// An answer.
    ///
    /// @param request what it is given to, by the request's first line, such as `PUT /bucket/key
    ///   HTTP/1.1`
    public record Refusal(Predicate<String> request, int status, String code, String message) {
        /// To every request of some methods.
        public static Refusal of(int status, String code, String... methods) {
            return new Refusal(
                    line -> {
                        for (String method : methods) {
                            if (line.startsWith(method + " ")) {
                                return true;
                            }
                        }
                        return methods.length == 0;
                    },
                    status,
                    code,
                    "said the test");
        }
    }

    private final ServerSocket listening;
    private final URI server;
    private final boolean isSecure;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile Refusal refusal = new Refusal(_ -> false, 500, "", "");

    private S3Filter(URI server, ServerSocketFactory sockets, boolean isSecure) throws IOException {
        this.server = server;
        this.isSecure = isSecure;
        this.listening = sockets.createServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    /// @param endpoint of the server behind
    public static S3Filter before(String endpoint) throws IOException {
        return new S3Filter(URI.create(endpoint), ServerSocketFactory.getDefault(), false);
    }

    /// Speaks TLS to the client and plainly to the server.
    public static S3Filter before(String endpoint, SSLContext tls) throws IOException {
        return new S3Filter(URI.create(endpoint), tls.getServerSocketFactory(), true);
    }

    public String endpoint() {
        return (isSecure ? "https" : "http") + "://127.0.0.1:" + listening.getLocalPort();
    }

    public void refuse(Refusal next) {
        refusal = next;
    }

    /// The heads of the requests that came since this was asked last.
    public List<String> requests() {
        List<String> all = List.copyOf(heads);
        heads.clear();
        return all;
    }

    private void serve() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                // Closed, or a client that went away while it was let in.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            int end = head.indexOf("\r\n");
            if (end < 0) {
                return;
            }
            heads.add(head);
            String line = head.substring(0, end);
            if (refusal.request().test(line)) {
                answer(client.getOutputStream(), line.startsWith("HEAD "));
                return;
            }
            try (Socket behind = new Socket(server.getHost(), server.getPort())) {
                String last = head.replaceAll("(?i)\r\nconnection:[^\r]*", "");
                String asked = last.substring(0, last.length() - 2) + "Connection: close\r\n\r\n";
                behind.getOutputStream().write(asked.getBytes(StandardCharsets.ISO_8859_1));
                Thread.ofVirtual().start(() -> pass(client, behind));
                behind.getInputStream().transferTo(client.getOutputStream());
            }
        } catch (IOException _) {
            // The client sees its connection break.
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // The answer is there, and one of them has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (head.size() < MAX_HEAD_BYTES) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void answer(OutputStream out, boolean isHead) throws IOException {
        String body =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>"
                        .formatted(refusal.code(), refusal.message());
        String head =
                "HTTP/1.1 %d No\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                        .formatted(refusal.status(), body.length());
        out.write((head + (isHead ? "" : body)).getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
