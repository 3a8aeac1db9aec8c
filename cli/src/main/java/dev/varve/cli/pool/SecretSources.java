package dev.varve.cli.pool;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.Prompt;
import dev.varve.engine.Keys;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.WrongKeyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where the secrets that open a pool come from: what the options name; else the environment; else
/// systemd; else a person at a terminal. A pipe is never asked.
public final class SecretSources implements Unlocking {
    private final Named named;
    private final Prefixes prefixes;
    private final Optional<SecretSources> otherwise;
    private final Console console;

    /// What a person typed or a command printed, for this process may open the pool again.
    private Optional<byte[]> remembered = Optional.empty();

    /// What the options name.
    public record Named(
            Optional<String> passphraseFile,
            Optional<String> passphraseCommand,
            Optional<String> keyFile,
            Optional<String> identity) {}

    /// What the sources of one pool's secrets are called: its options, its variable, its
    /// credential.
    private record Prefixes(String option, String variable, String credential) {}

    /// Of the pool that `-P` names.
    public SecretSources(Named named, Console console) {
        this(
                named,
                new Prefixes("--", "VARVE_PASSPHRASE", "varve.passphrase"),
                Optional.empty(),
                console);
    }

    private SecretSources(
            Named named, Prefixes prefixes, Optional<SecretSources> otherwise, Console console) {
        this.named = named;
        this.prefixes = prefixes;
        this.otherwise = otherwise;
        this.console = console;
    }

    /// Of a second pool, that the same command writes to. If nothing names a secret for it, those
    /// of this one are tried; but then a plain pool is welcome, too.
    public SecretSources ofTarget(Named ofTarget) {
        return new SecretSources(
                ofTarget,
                new Prefixes("--to-", "VARVE_TO_PASSPHRASE", "varve.to-passphrase"),
                Optional.of(this),
                console);
    }

    /// Whether an option names a secret.
    public boolean isNamed() {
        return named.passphraseFile().isPresent()
                || named.passphraseCommand().isPresent()
                || named.keyFile().isPresent()
                || named.identity().isPresent();
    }

    @Override
    public boolean insists() {
        return isNamed()
                || console.environment().containsKey(prefixes.variable())
                || credential().isPresent();
    }

    @Override
    public List<Secret> secrets(UUID poolId, String location) throws IOException {
        List<Secret> secrets = given();
        if (secrets.isEmpty() && otherwise.isPresent()) {
            secrets = otherwise.get().given();
        }
        if (!secrets.isEmpty()) {
            return secrets;
        }
        if (!console.isTerminal(Console.Stream.IN)) {
            throw new WrongKeyException(
                    location
                            + ": the pool is sealed and no key was given; see "
                            + "%1$spassphrase-file, %1$skey-file, %2$s"
                                    .formatted(prefixes.option(), prefixes.variable()));
        }
        return List.of(remember(Prompt.secret("Passphrase of " + location + ": ")));
    }

    /// The passphrase that is named, if one is, for a pool that is opened on another machine.
    ///
    /// @throws UsageException if something else is named, or if it is more than a line
    public Optional<byte[]> line() throws IOException {
        List<Secret> secrets = given();
        if (secrets.isEmpty()) {
            return Optional.empty();
        }
        byte[] phrase = secrets.getFirst().bytes();
        boolean isLine =
                secrets.size() == 1
                        && secrets.getFirst() instanceof Secret.Passphrase
                        && !contains(phrase, '\n')
                        && !contains(phrase, '\0');
        if (!isLine) {
            throw new UsageException(
                    "another machine's pool can be given a passphrase of one line only; its key"
                            + " files and identities are there");
        }
        return Optional.of(phrase);
    }

    private static boolean contains(byte[] bytes, char wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    /// The ways in that a new pool gets.
    public List<KeyWay> ways() throws IOException {
        List<Secret> secrets = new ArrayList<>(given());
        if (secrets.isEmpty()) {
            secrets.add(remember(typedTwice()));
        }
        List<KeyWay> ways = new ArrayList<>();
        for (Secret secret : secrets) {
            ways.add(
                    secret instanceof Secret.Identity identity
                            ? new KeyWay(recipientOf(identity), "")
                            : new KeyWay(new KeyWay.Known(secret), ""));
        }
        return ways;
    }

    private static KeyWay.Recipient recipientOf(Secret.Identity identity) {
        return new KeyWay.Recipient(Keys.publicKey(identity.bytes()));
    }

    /// The new passphrase from this file or, without one, from a person.
    public Secret newPassphrase(Optional<String> file) throws IOException {
        return file.isPresent() ? SecretFiles.passphrase(Path.of(file.get())) : typedTwice();
    }

    public static Secret newKeyFile(String file) throws IOException {
        return SecretFiles.keyFile(Path.of(file));
    }

    private Secret typedTwice() throws IOException {
        if (!console.isTerminal(Console.Stream.IN)) {
            throw new UsageException("no new passphrase given, and there is no terminal to ask at");
        }
        byte[] first = Prompt.secret("New passphrase: ");
        byte[] second = Prompt.secret("The same again: ");
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, (byte) 0);
        if (!same || first.length == 0) {
            throw new UsageException(same ? "the passphrase is empty" : "the two are not the same");
        }
        return new Secret.Passphrase(first);
    }

    private Secret remember(Secret secret) {
        remembered = Optional.of(secret.bytes().clone());
        return secret;
    }

    private Secret remember(byte[] phrase) {
        remembered = Optional.of(phrase.clone());
        return new Secret.Passphrase(phrase);
    }

    private List<Secret> given() throws IOException {
        if (remembered.isPresent()) {
            return List.of(new Secret.Passphrase(remembered.get().clone()));
        }
        List<Secret> secrets = new ArrayList<>();
        if (named.passphraseFile().isPresent()) {
            secrets.add(SecretFiles.passphrase(Path.of(named.passphraseFile().get())));
        }
        if (named.passphraseCommand().isPresent()) {
            secrets.add(remember(SecretFiles.passphraseOf(named.passphraseCommand().get())));
        }
        if (named.keyFile().isPresent()) {
            secrets.add(SecretFiles.keyFile(Path.of(named.keyFile().get())));
        }
        if (named.identity().isPresent()) {
            secrets.add(SecretFiles.identity(Path.of(named.identity().get())));
        }
        if (secrets.isEmpty()) {
            ofEnvironment().ifPresent(secrets::add);
        }
        return secrets;
    }

    private Optional<Secret> ofEnvironment() throws IOException {
        String phrase = console.environment().get(prefixes.variable());
        if (phrase != null && !phrase.isEmpty()) {
            return Optional.of(new Secret.Passphrase(phrase.getBytes(StandardCharsets.UTF_8)));
        }
        Optional<Path> credential = credential();
        return credential.isPresent()
                ? Optional.of(SecretFiles.passphrase(credential.get()))
                : Optional.empty();
    }

    private Optional<Path> credential() {
        return Optional.ofNullable(console.environment().get("CREDENTIALS_DIRECTORY"))
                .map(directory -> Path.of(directory, prefixes.credential()))
                .filter(Files::exists);
    }
}
