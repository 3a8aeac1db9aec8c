/// The kernel's FUSE protocol over /dev/fuse.
module dev.varve.mount {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires dev.varve.posix;
}
