package dev.varve.cli.command;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve rescue`
final class RescueCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "rescue", "[-n]", "Find a pool again whose newest head cannot be read.")
                .about(
                        "Looks through all packs for the newest tree of subvolumes that is whole,",
                        "counts all references anew, and commits. Says what is lost; exit code 13",
                        "if something is. Does nothing while the newest head can be read. May",
                        "bring back a commit that a killed writer had all but made. Reads all",
                        "metadata; older heads, if some are left, stay.")
                .flag("Only say what would be done.", "-n", "--dry-run")
                .example("varve rescue -n", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        return RepairRun.rescue(call);
    }
}
