package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolMaker;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.PoolSettings;
import java.io.IOException;
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
                        "refused. A pool in a directory is plain: checksummed and",
                        "compressed, not encrypted. A bucket must exist; one that anyone with",
                        "the bucket can read must be asked for with --plain.")
                .flag("A plain pool; the default for a directory.", "--plain")
                .value(
                        "NAME",
                        "Checksum of every block: crc32c, xxh3 (default), sha256 or blake2b.",
                        "--checksum")
                .number("LEVEL", "zstd level of new blocks: 0 (off) to 19; default 1.", "--level")
                .value("TEXT", "A label for people.", "-L", "--label")
                .operand("POOL", "0..1", "Where; default: what -P or VARVE_POOL names.")
                .example("varve init /backup/pool", "then: export VARVE_POOL=/backup/pool")
                .example("varve init --plain s3://bucket/pool", "with the usual AWS environment")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> named = call.operand(0);
        PoolPlace place = named.isPresent() ? call.place(named.get()) : call.poolPlace();
        if (place.isBucket() && !call.has("--plain")) {
            throw new UsageException(
                    place
                            + ": a pool in a bucket is to be sealed, which is not there yet;"
                            + " say --plain for one that anyone with the bucket can read");
        }
        PoolSettings settings = settings(call);
        Optional<String> onlyWriter = PoolMaker.create(place, settings, call.poolOptions());
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("init")) {
                json.field("pool", place.toString())
                        .field("pool_id", settings.poolId().toString())
                        .field("checksum", name(settings.checksum()))
                        .field("compression_level", settings.compressionLevel())
                        .field("label", settings.label());
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
