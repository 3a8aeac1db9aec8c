package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.KeyText;
import dev.varve.cli.pool.PoolMaker;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve init`
final class InitCommand implements Command {
    private static final int HIGHEST_LEVEL = 19;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "init", "[options] [POOL]", "Make an empty pool in a directory or bucket.")
                .about(
                        "The directory is created if missing. One that holds anything is",
                        "refused; a bucket must exist. A pool in a directory is plain unless",
                        "--sealed is given: checksummed and compressed, not encrypted. One in a",
                        "bucket is sealed unless --plain is given. The options that open a",
                        "sealed pool say what opens a new one; without them a passphrase is",
                        "asked for, twice. Without it nobody can read the pool, ever.")
                .flag("A plain pool; the default for a directory.", "--plain")
                .flag("Encrypt everything: contents, names, times, labels.", "--sealed")
                .value("NAME", "aes-256-gcm (default) or chacha20-poly1305.", "--cipher")
                .values("KEY", "One more that opens the pool: varve-recipient-…", "--recipient")
                .value(
                        "NAME",
                        "Checksum of every block: crc32c (default), xxh3, sha256 or blake2b.",
                        "--checksum")
                .number("LEVEL", "zstd level of new blocks: 0 (off) to 19; default 1.", "--level")
                .value("TEXT", "A label for people.", "-L", "--label")
                .operand("POOL", "0..1", "Where; default: what -P or VARVE_POOL names.")
                .example("varve init /backup/pool", "then: export VARVE_POOL=/backup/pool")
                .example("varve init --plain s3://bucket/pool", "with the usual AWS environment")
                .example("varve init --sealed --passphrase-file pw /backup/pool", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> named = call.operand(0);
        PoolPlace place = named.isPresent() ? call.place(named.get()) : call.poolPlace();
        PoolSettings settings = settings(call);
        Optional<Sealing> sealing = sealing(call, place.isBucket());
        Optional<String> onlyWriter =
                PoolMaker.create(place, settings, sealing, call.poolOptions());
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("init")) {
                json.field("pool", place.toString())
                        .field("pool_id", settings.poolId().toString())
                        .field("checksum", name(settings.checksum()))
                        .field("compression_level", settings.compressionLevel())
                        .field("label", settings.label())
                        .field("sealed", sealing.isPresent());
                if (onlyWriter.isPresent()) {
                    json.field("only_writer", onlyWriter.get());
                }
                json.end();
            }
        }
        output.say("Created pool " + settings.poolId() + " in '" + place + "'");
        if (onlyWriter.isPresent()) {
            output.say(
                    "This store cannot keep writers apart: only '"
                            + onlyWriter.get()
                            + "' may write to the pool (VARVE_S3_WRITER)");
        }
        return ExitCode.OK;
    }

    /// @param isFar whether others than this machine's users can read the place
    private static Optional<Sealing> sealing(Invocation call, boolean isFar) throws IOException {
        boolean sealed = call.has("--sealed") || (isFar && !call.has("--plain"));
        if (call.has("--sealed") && call.has("--plain")) {
            throw new UsageException("init: --sealed or --plain, not both");
        }
        if (!sealed) {
            if (call.has("--cipher") || call.has("--recipient") || call.secrets().isNamed()) {
                throw new UsageException("init: a key or cipher is for --sealed");
            }
            return Optional.empty();
        }
        SealCipher cipher = cipher(call.value("--cipher").orElse("aes-256-gcm"));
        List<KeyWay> ways = new ArrayList<>();
        for (String recipient : call.values("--recipient")) {
            ways.add(new KeyWay(new KeyWay.Recipient(KeyText.readRecipient(recipient)), ""));
        }
        ways.addAll(0, call.secrets().ways());
        return Optional.of(new Sealing(cipher, ways));
    }

    private static SealCipher cipher(String named) throws UsageException {
        return switch (named) {
            case "aes-256-gcm" -> SealCipher.AES_256_GCM;
            case "chacha20-poly1305" -> SealCipher.CHACHA20_POLY1305;
            default ->
                    throw new UsageException(
                            "--cipher is aes-256-gcm or chacha20-poly1305, not '" + named + "'");
        };
    }

    private static PoolSettings settings(Invocation call) throws UsageException {
        PoolSettings defaults = PoolSettings.defaults();
        long level = call.number("--level", defaults.compressionLevel());
        if (level < 0 || level > HIGHEST_LEVEL) {
            throw new UsageException("--level is 0 to " + HIGHEST_LEVEL + ", not " + level);
        }
        Optional<String> checksum = call.value("--checksum");
        return new PoolSettings(
                defaults.poolId(),
                checksum.isPresent() ? checksum(checksum.get()) : defaults.checksum(),
                (int) level,
                call.value("--label").orElse(""));
    }

    private static PoolSettings.Checksum checksum(String named) throws UsageException {
        for (PoolSettings.Checksum checksum : PoolSettings.Checksum.values()) {
            if (name(checksum).equals(named)) {
                return checksum;
            }
        }
        throw new UsageException(
                "--checksum is crc32c, xxh3, sha256 or blake2b, not '" + named + "'");
    }

    private static String name(PoolSettings.Checksum checksum) {
        return checksum.name().toLowerCase(Locale.ROOT);
    }
}
