/// Locate: which snapshots hold a file, and which versions of it. Fed by snapshot diffs.
module dev.varve.index {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
}
