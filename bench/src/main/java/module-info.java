/// Benchmarks: costs as ratios within one run, and comparisons with other tools.
module dev.varve.bench {
    requires static transitive org.jspecify;
    requires java.management;
    requires dev.varve.engine;
    requires dev.varve.sendreceive;
}
