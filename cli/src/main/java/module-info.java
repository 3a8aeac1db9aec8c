/// The varve command: argument parsing, output, exit codes. Only Main prints and exits.
module dev.varve.cli {
    requires static transitive org.jspecify;
    requires dev.varve.engine;
    requires dev.varve.posix;
    requires dev.varve.remote;
    requires dev.varve.sendreceive;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
}
