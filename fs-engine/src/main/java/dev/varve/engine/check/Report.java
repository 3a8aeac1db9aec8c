package dev.varve.engine.check;

import dev.varve.engine.model.CheckProgress;
import dev.varve.engine.model.CheckProgress.Stage;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Finding;
import java.io.InterruptedIOException;
import java.util.function.Consumer;

/// Where findings and progress go, and the sums that make the result.
final class Report {
    /// Steps between two reports of progress.
    private static final int STRIDE = 256;

    private final Consumer<Finding> findings;
    private final Consumer<CheckProgress> progress;
    private Stage stage = Stage.TREES;
    private long done;
    private long total;
    private long errors;
    private long warnings;

    long generation;
    int heads;
    long trees;
    long nodes;
    long items;
    long dataBlocks;
    long packs;
    long storedBytes;

    /// Whether some node could not be read, so that references may be missing.
    boolean referencesMissing;

    Report(Consumer<Finding> findings, Consumer<CheckProgress> progress) {
        this.findings = findings;
        this.progress = progress;
    }

    void add(Finding finding) {
        if (finding.isWarning()) {
            warnings++;
        } else {
            errors++;
        }
        findings.accept(finding);
    }

    long errors() {
        return errors;
    }

    void begin(Stage next, long newTotal) {
        stage = next;
        done = 0;
        total = newTotal;
        progress.accept(new CheckProgress(stage, done, total));
    }

    /// One step more.
    ///
    /// @throws InterruptedIOException if the thread was interrupted
    void step() throws InterruptedIOException {
        done++;
        if (done % STRIDE == 0 || done == total) {
            progress.accept(new CheckProgress(stage, done, total));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("check interrupted");
        }
    }

    CheckResult result() {
        return new CheckResult(
                generation,
                heads,
                trees,
                nodes,
                items,
                dataBlocks,
                packs,
                storedBytes,
                errors,
                warnings);
    }
}
