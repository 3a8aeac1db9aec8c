package dev.varve.remote.s3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a client and a server on loopback and counts what the client sends. Where the
/// server is not there, the connection is closed.
final class CountingProxy implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listener;
    private final int target;
    private final AtomicLong sent = new AtomicLong();

    CountingProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    String endpoint() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    long sentBytes() {
        return sent.get();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> join(client));
            } catch (IOException _) {
                // Closed.
                return;
            }
        }
    }

    private void join(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            Thread back = Thread.ofVirtual().start(() -> copy(server, client, new AtomicLong()));
            copy(client, server, sent);
            back.join();
        } catch (IOException _) {
            // Nobody there: the client sees its connection closed.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Until either side ends; then both end.
    private static void copy(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count.addAndGet(read);
                out.write(buffer, 0, read);
            }
        } catch (IOException _) {
            // The other direction closed it.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
