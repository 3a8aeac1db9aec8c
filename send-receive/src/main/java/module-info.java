/// The btrfs send stream: commands, reader, writer, dump. Imports nothing of ours.
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
