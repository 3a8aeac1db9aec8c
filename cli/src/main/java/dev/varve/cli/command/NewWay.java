package dev.varve.cli.command;

import dev.varve.cli.pool.KeyText;
import dev.varve.cli.pool.SecretSources;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.KeyWay;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/// The options that say what a new way into a pool asks for.
final class NewWay {
    private static final String PASSPHRASE = "--new-passphrase-file";
    private static final String KEY_FILE = "--new-key-file";
    private static final String RECIPIENT = "--recipient";
    private static final String NAME = "--name";

    private NewWay() {}

    static SpecBuilder options(SpecBuilder spec) {
        return spec.value("FILE", "The new passphrase: the file's first line.", PASSPHRASE)
                .value("FILE", "A file of 32 bytes or more that nobody can guess.", KEY_FILE)
                .value("KEY", "A public key: varve-recipient-…; see key generate.", RECIPIENT)
                .value("TEXT", "A name for people; sealed like all else.", NAME);
    }

    /// @throws UsageException if more than one is asked for
    static KeyWay of(Invocation call, String otherwiseNamed) throws IOException {
        if (Stream.of(PASSPHRASE, KEY_FILE, RECIPIENT).filter(call::has).count() > 1) {
            throw new UsageException(call.words() + ": one new way in at a time");
        }
        String name = call.value(NAME).orElse(otherwiseNamed);
        return new KeyWay(lock(call), name);
    }

    private static KeyWay.Lock lock(Invocation call) throws IOException {
        Optional<String> recipient = call.value(RECIPIENT);
        if (recipient.isPresent()) {
            return new KeyWay.Recipient(KeyText.readRecipient(recipient.get()));
        }
        Optional<String> keyFile = call.value(KEY_FILE);
        return new KeyWay.Known(
                keyFile.isPresent()
                        ? SecretSources.newKeyFile(keyFile.get())
                        : call.secrets().newPassphrase(call.value(PASSPHRASE)));
    }
}
