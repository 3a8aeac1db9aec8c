/// Streams in and out: the btrfs send stream, what plays it into a pool or a directory.
module dev.varve.sendreceive {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires dev.varve.posix;
    requires com.github.luben.zstd_jni;
    requires org.apache.commons.compress;

    exports dev.varve.receive;
    exports dev.varve.stream;
}
