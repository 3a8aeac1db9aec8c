package dev.varve.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and SIGTERM: interrupts the command, which closes its transaction and says so, and keeps
/// the process until then. The virtual machine itself exits with 128 plus the signal.
final class Interruption {
    /// The longest wait for a command to notice; the pool is safe without it.
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);

    private Interruption() {}

    /// From now on a signal interrupts that thread.
    static Interruption guard(Thread command) {
        Interruption interruption = new Interruption();
        Thread hook = new Thread(() -> interruption.pass(command), "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return interruption;
    }

    private void pass(Thread command) {
        if (done.getCount() == 0) {
            return;
        }
        command.interrupt();
        try {
            boolean _ = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            // Somebody wants this process gone at once.
        }
    }

    /// The command has said all it had to say.
    void finished() {
        done.countDown();
    }
}
