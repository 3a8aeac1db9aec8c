package dev.varve.send;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A small history that has broken a sender or a receiver somewhere, retold: the first step makes
/// the first snapshot, each further one an increment. What a subject is called begins with the test
/// of xfstests or btrfs-progs that knows it; the words and the steps are ours.
record Scenario(String subject, List<Step> steps) {
    /// Changes a tree between two snapshots.
    interface Step {
        void on(Scene scene) throws IOException;
    }

    static Scenario of(String subject, Step... steps) {
        return new Scenario(subject, List.of(steps));
    }

    /// Those written down, and the recorded ones that are at hand.
    static List<Scenario> all() throws IOException {
        List<Scenario> all = new ArrayList<>();
        all.addAll(NamingScenarios.ALL);
        all.addAll(DirectoryScenarios.ALL);
        all.addAll(ContentScenarios.ALL);
        all.addAll(MetadataScenarios.ALL);
        for (KernelFailure failure : KernelFailure.all()) {
            all.add(failure.scenario());
        }
        return all;
    }

    @Override
    public String toString() {
        return subject;
    }
}
