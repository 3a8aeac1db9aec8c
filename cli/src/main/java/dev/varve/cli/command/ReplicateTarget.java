package dev.varve.cli.command;

import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.cli.remote.RemoteReplica;
import dev.varve.cli.remote.RemoteVarve;
import dev.varve.cli.remote.SshPlace;
import dev.varve.replicate.LocalReplica;
import dev.varve.replicate.Replica;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The pool that `replicate --to` names: one that this process opens, or one behind ssh.
record ReplicateTarget(Replica replica, Optional<PoolSession> session) implements Closeable {
    static SpecBuilder options(SpecBuilder spec) {
        return spec.value(
                        "FILE",
                        "Opens the other pool: the passphrase; else $VARVE_TO_PASSPHRASE, else the"
                                + " keys of this pool.",
                        "--to-passphrase-file")
                .value("CMD", "Prints the passphrase of the other pool.", "--to-passphrase-command")
                .value("FILE", "Opens the other pool: a key file.", "--to-key-file")
                .value("FILE", "Opens the other pool: an identity.", "--to-identity")
                .value(
                        "CMD",
                        "What leads to another machine: a program and its options, at most in need"
                                + " of a space between them; default: $VARVE_SSH, or ssh.",
                        "--ssh")
                .value(
                        "PROGRAM",
                        "What varve is called on the other machine; default: $VARVE_REMOTE, or"
                                + " varve.",
                        "--remote-varve");
    }

    static ReplicateTarget open(Invocation call, String to) throws IOException {
        if (SshPlace.isOne(to)) {
            return new ReplicateTarget(new RemoteReplica(varve(call, to)), Optional.empty());
        }
        PoolSession session = PoolSession.open(call.place(to), call.targetOptions());
        return new ReplicateTarget(
                new LocalReplica(session.pool(), call.console().clock()), Optional.of(session));
    }

    private static RemoteVarve varve(Invocation call, String to) throws IOException {
        List<String> ssh = List.of(named(call, "--ssh", "VARVE_SSH", "ssh").strip().split(" +"));
        if (ssh.getFirst().isEmpty()) {
            throw new UsageException("--ssh: names no program");
        }
        return new RemoteVarve(
                SshPlace.parse(to),
                ssh,
                named(call, "--remote-varve", "VARVE_REMOTE", "varve"),
                call.targetSecrets().line());
    }

    private static String named(Invocation call, String option, String variable, String otherwise) {
        return call.value(option)
                .or(() -> Optional.ofNullable(call.console().environment().get(variable)))
                .orElse(otherwise);
    }

    @Override
    public void close() throws IOException {
        if (session.isPresent()) {
            session.get().close();
        }
    }
}
