package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.EventLog;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.SecretSources;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.PoolCare;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import picocli.CommandLine.ParseResult;

/// One run of a command: what was typed, where to print, and the pool it names. Used by one thread.
public final class Invocation {
    private final ParseResult arguments;
    private final Console console;
    private final Output output;
    private final SecretSources secrets;
    private final AtomicBoolean toldOfLeftBehind = new AtomicBoolean();
    private Optional<PoolPlace> usedPool = Optional.empty();
    private OptionalLong generationBefore = OptionalLong.empty();
    private Optional<String> wayOn = Optional.empty();

    public Invocation(ParseResult arguments, Console console, Output output) {
        this.arguments = arguments;
        this.console = console;
        this.output = output;
        this.secrets = new SecretSources(secretsNamed("--"), console);
    }

    private SecretSources.Named secretsNamed(String prefix) {
        return new SecretSources.Named(
                value(prefix + "passphrase-file"),
                value(prefix + "passphrase-command"),
                value(prefix + "key-file"),
                value(prefix + "identity"));
    }

    public Console console() {
        return console;
    }

    public Output output() {
        return output;
    }

    /// The command's words, such as `subvolume list`.
    public String words() {
        String name = arguments.commandSpec().name();
        return name.substring(name.indexOf(' ') + 1);
    }

    public boolean has(String option) {
        return arguments.hasMatchedOption(option);
    }

    /// The value of an option; empty if it was not given.
    public Optional<String> value(String option) {
        return Optional.ofNullable(arguments.matchedOptionValue(option, null));
    }

    /// The number an option was given.
    public long number(String option, long otherwise) {
        return arguments.matchedOptionValue(option, otherwise);
    }

    /// All values of an option that may be repeated.
    public List<String> values(String option) {
        return arguments.matchedOptionValue(option, List.of());
    }

    /// The operand at that index; empty if it was left out.
    public Optional<String> operand(int index) {
        return Optional.ofNullable(arguments.matchedPositionalValue(index, null));
    }

    /// An operand that the command's model demands.
    public String required(int index) throws UsageException {
        return operand(index)
                .orElseThrow(() ->
                        new UsageException(
                                words() + ": an operand is missing; see varve help " + words()));
    }

    /// All operands from that index on.
    public List<String> operandsFrom(int index) {
        return arguments.matchedPositionalValue(index, List.of());
    }

    /// The operand at that index as a path in the pool.
    public PoolPath path(int index) throws UsageException {
        return PoolPath.parse(required(index));
    }

    /// A path on this machine.
    public static Path localPath(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(text + ": not a path here: " + e.getReason());
        }
    }

    /// The pool that `-P` or `VARVE_POOL` names.
    public PoolPlace poolPlace() throws UsageException {
        return place(
                namedPool()
                        .orElseThrow(() ->
                                new UsageException(
                                        "no pool named: give -P POOL or set VARVE_POOL")));
    }

    private Optional<String> namedPool() {
        return value("--pool")
                .or(() -> Optional.ofNullable(console.environment().get("VARVE_POOL")))
                .filter(name -> !name.isEmpty());
    }

    /// A place of a pool as a user names it.
    public PoolPlace place(String text) {
        return new PoolPlace(text, console.environment());
    }

    /// Opens the named pool.
    public PoolSession openPool() throws IOException {
        PoolPlace place = poolPlace();
        usedPool = Optional.of(place);
        return PoolSession.open(place, poolOptions());
    }

    public PoolOptions poolOptions() throws UsageException {
        return poolOptions(secrets);
    }

    /// Options for a second pool, which may have secrets of its own.
    public PoolOptions targetOptions() throws UsageException {
        return poolOptions(targetSecrets());
    }

    /// Where the secrets of a second pool come from: what the options `--to-...` name.
    public SecretSources targetSecrets() {
        return secrets.ofTarget(secretsNamed("--to-"));
    }

    private PoolOptions poolOptions(SecretSources keys) throws UsageException {
        PoolOptions defaults = PoolOptions.defaults();
        return new PoolOptions(
                console.clock(),
                defaults.writerWait(),
                defaults.nodeCacheBytes(),
                defaults.threads(),
                events(),
                keys);
    }

    /// Where the pool's secrets come from.
    public SecretSources secrets() {
        return secrets;
    }

    /// Where the user wants to be told what happens to the pool.
    private Consumer<PoolEvent> events() throws UsageException {
        Optional<String> target =
                value("--events")
                        .or(() -> Optional.ofNullable(console.environment().get("VARVE_EVENTS")));
        if (target.isPresent()) {
            localPath(target.get());
        }
        Consumer<PoolEvent> log =
                EventLog.of(
                        target,
                        // Only a pool in the making may be named by an operand.
                        namedPool().or(() -> operand(0)).orElse(""),
                        console.clock(),
                        problem -> output.note("varve: " + problem));
        return event -> {
            if (event instanceof PoolEvent.LeftBehind left && !toldOfLeftBehind.getAndSet(true)) {
                output.note(
                        "varve: note: "
                                + left.detail()
                                + "; what is of no use any more stays there");
            }
            log.accept(event);
        };
    }

    /// What keeps the pool in a store healthy.
    public PoolCare care(ObjectStore store) throws UsageException {
        return new PoolCare(store, console.clock(), events());
    }

    /// Becomes the pool's writer, and remembers what an interrupted user wants to know.
    public WriteTransaction begin(PoolSession session) throws IOException {
        WriteTransaction transaction = session.begin();
        // A transaction goes by the generation it will be committed as.
        generationBefore = OptionalLong.of(transaction.generation() - 1);
        return transaction;
    }

    /// Like [#begin], for a command whose transactions are begun by the layer below.
    public void watch(PoolSession session) throws IOException {
        generationBefore = OptionalLong.of(session.generation());
    }

    /// The pool this command opened, or tried to.
    public Optional<PoolPlace> usedPool() {
        return usedPool;
    }

    /// The pool's generation when this command began to change it; empty if it did not come to
    /// that.
    public OptionalLong generationBefore() {
        return generationBefore;
    }

    /// If this command fails from here on, its error tells how to go on.
    ///
    /// @param words empty if there is nothing to go on from
    public void leavesWayOn(Optional<String> words) {
        wayOn = words;
    }

    public Optional<String> wayOn() {
        return wayOn;
    }

    /// Now, for what is made in the pool.
    public Timestamp now() {
        return Timestamp.of(console.clock().instant());
    }
}
