package dev.varve.cli.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Builds a command's picocli model without annotations: reflection over them would cost a short
/// command more time than its work.
final class SpecBuilder {
    private final CommandSpec spec = CommandSpec.create();
    private final Set<String> taken = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private final String words;
    private int operands;

    /// @param words the command's words, such as `subvolume list`
    /// @param synopsis what follows them, such as `[-r] SOURCE DEST`
    SpecBuilder(String words, String synopsis, String summary) {
        this.words = words;
        spec.name("varve " + words);
        spec.usageMessage()
                .customSynopsis(escape("varve " + words + " " + synopsis).stripTrailing())
                .header(escape(summary))
                .sortOptions(false)
                .width(90)
                .descriptionHeading("%n")
                .parameterListHeading("%nOperands:%n")
                .optionListHeading("%nOptions:%n");
    }

    /// A paragraph or a few lines of help.
    SpecBuilder about(String... lines) {
        spec.usageMessage().description(escaped(List.of(lines)));
        return this;
    }

    /// An option without a value.
    SpecBuilder flag(String description, String... names) {
        return option(OptionSpec.builder(names).type(boolean.class), description, names);
    }

    /// An option with one value.
    SpecBuilder value(String label, String description, String... names) {
        OptionSpec.Builder option = OptionSpec.builder(names).type(String.class).arity("1");
        return option(option.paramLabel(label), description, names);
    }

    /// An option with a number.
    SpecBuilder number(String label, String description, String... names) {
        OptionSpec.Builder option = OptionSpec.builder(names).type(Long.class).arity("1");
        return option(option.paramLabel(label), description, names);
    }

    /// An option that may be given several times.
    SpecBuilder values(String label, String description, String... names) {
        OptionSpec.Builder option =
                OptionSpec.builder(names).type(List.class).auxiliaryTypes(String.class).arity("1");
        return option(option.paramLabel(label), description, names);
    }

    private SpecBuilder option(OptionSpec.Builder option, String description, String... names) {
        taken.addAll(List.of(names));
        spec.addOption(option.description(escape(description)).build());
        return this;
    }

    /// One operand.
    ///
    /// @param arity `1`, `0..1`, `0..*` or `1..*`
    SpecBuilder operand(String label, String arity, String description) {
        boolean many = arity.endsWith("*");
        PositionalParamSpec.Builder operand =
                PositionalParamSpec.builder()
                        .paramLabel(label)
                        .arity(arity)
                        .required(arity.startsWith("1"))
                        .index(many ? operands + "..*" : Integer.toString(operands))
                        .description(escape(description));
        operand = many ? operand.type(List.class).auxiliaryTypes(String.class) : operand;
        spec.addPositional(many ? operand.build() : operand.type(String.class).build());
        operands++;
        return this;
    }

    SpecBuilder example(String command, String meaning) {
        examples.add("  " + command);
        if (!meaning.isEmpty()) {
            examples.add("      " + meaning);
        }
        return this;
    }

    /// Not listed among the commands and not completed.
    SpecBuilder hidden() {
        spec.usageMessage().hidden(true);
        return this;
    }

    /// The finished model, with the options every command has. A short name that the command itself
    /// uses, as btrfs does with `subvolume list -q`, stays the command's.
    CommandSpec build() {
        global(String.class, "POOL", "The pool's directory; default: $VARVE_POOL.", "-P", "--pool");
        global(boolean.class, "", "Print the result as one JSON document.", "--json");
        global(String.class, "FILE", "Append events to it; default: $VARVE_EVENTS.", "--events");
        global(boolean.class, "", "Print only errors.", "-q", "--quiet");
        global(boolean.class, "", "Say more.", "-v", "--verbose");
        global(boolean.class, "", "Show this help.", "-h", "--help");
        if (!examples.isEmpty()) {
            spec.usageMessage().footerHeading("%nExamples:%n").footer(escaped(examples));
        }
        return spec;
    }

    private void global(Class<?> type, String label, String description, String... names) {
        String[] free =
                List.of(names).stream().filter(n -> !taken.contains(n)).toArray(String[]::new);
        if (free.length == 0) {
            return;
        }
        OptionSpec.Builder option = OptionSpec.builder(free).type(type).description(description);
        if (!label.isEmpty()) {
            option.paramLabel(label).arity("1");
        }
        spec.addOption(option.usageHelp(free[free.length - 1].equals("--help")).build());
    }

    /// The command's words.
    String words() {
        return words;
    }

    /// Picocli reads help texts as formats.
    private static String escape(String text) {
        return text.replace("%", "%%");
    }

    private static String[] escaped(List<String> lines) {
        return lines.stream().map(SpecBuilder::escape).toArray(String[]::new);
    }
}
