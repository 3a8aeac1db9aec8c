package dev.varve.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A man page in roff's `man` macros, made from a command's model.
final class ManPage {
    private final StringBuilder roff = new StringBuilder();

    private ManPage() {}

    /// The page of one command.
    static String of(CommandSpec spec) {
        ManPage page = new ManPage();
        page.title(spec.name().replace(' ', '-'));
        String[] header = spec.usageMessage().header();
        page.section("NAME")
                .text(spec.name().replace(' ', '-') + " - " + plain(String.join(" ", header)));
        page.section("SYNOPSIS")
                .text(plain(String.join("\n", spec.usageMessage().customSynopsis())));
        if (spec.usageMessage().description().length > 0) {
            page.section("DESCRIPTION");
            Arrays.stream(spec.usageMessage().description()).forEach(l -> page.text(plain(l)));
        }
        if (!spec.positionalParameters().isEmpty()) {
            page.section("OPERANDS");
            for (PositionalParamSpec operand : spec.positionalParameters()) {
                page.item(operand.paramLabel(), plain(String.join(" ", operand.description())));
            }
        }
        page.section("OPTIONS");
        for (OptionSpec option : spec.options()) {
            page.item(names(option), plain(String.join(" ", option.description())));
        }
        if (spec.usageMessage().footer().length > 0) {
            page.section("EXAMPLES").verbatim(List.of(spec.usageMessage().footer()));
        }
        page.section("SEE ALSO").text("varve(1)");
        return page.roff.toString();
    }

    /// The page of `varve` itself.
    static String overview() {
        ManPage page = new ManPage();
        page.title("varve");
        page.section("NAME").text("varve - snapshots and backups that speak the btrfs send stream");
        page.section("SYNOPSIS").text("varve [-P POOL] COMMAND [options] [operands]");
        page.section("COMMANDS");
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            String name = "varve-" + entry.words().replace(' ', '-') + "(1)";
            page.item(entry.words(), entry.summary() + "; " + name);
        }
        page.section("EXIT STATUS");
        for (ExitCode code : ExitCode.values()) {
            page.item(Integer.toString(code.status()), code.meaning());
        }
        page.section("ENVIRONMENT").item("VARVE_POOL", "the pool if -P is not given");
        return page.roff.toString();
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private void title(String name) {
        roff.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 1\n");
    }

    private ManPage section(String title) {
        roff.append(".SH ").append(title).append('\n');
        return this;
    }

    private void item(String tag, String text) {
        roff.append(".TP\n.B ").append(escape(tag)).append('\n');
        text(text);
    }

    private void text(String text) {
        roff.append(text.lines().map(ManPage::escape).collect(Collectors.joining("\n")));
        roff.append('\n');
    }

    private void verbatim(List<String> lines) {
        roff.append(".nf\n");
        lines.forEach(line -> text(plain(line)));
        roff.append(".fi\n");
    }

    /// Undoes [SpecBuilder]'s escaping for picocli.
    private static String plain(String text) {
        return text.replace("%%", "%");
    }

    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
