/// The btrfs send stream both ways, directory import and restore, tar.
module dev.varve.sendreceive {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires transitive dev.varve.posix;
    requires com.github.luben.zstd_jni;
    requires org.apache.commons.compress;

    exports dev.varve.ingest;
    exports dev.varve.local;
    exports dev.varve.receive;
    exports dev.varve.replicate;
    exports dev.varve.restore;
    exports dev.varve.send;
    exports dev.varve.stream;
    exports dev.varve.tar;
}
