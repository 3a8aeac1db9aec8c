/// libc through the foreign-function interface: one system-call shape, names as bytes. Imports
/// nothing of ours.
module dev.varve.posix {
    requires static transitive org.jspecify;

    exports dev.varve.posix;
}
