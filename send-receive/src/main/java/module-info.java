/// Streams in and out: the btrfs send stream, what plays it into a pool or a directory.
module dev.varve.sendreceive {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires transitive dev.varve.posix;
    requires com.github.luben.zstd_jni;
    requires org.apache.commons.compress;

    exports dev.varve.ingest;
    exports dev.varve.local;
    exports dev.varve.receive;
    exports dev.varve.send;
    exports dev.varve.stream;
}
