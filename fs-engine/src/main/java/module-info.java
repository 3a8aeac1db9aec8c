/// The copy-on-write engine: pools, subvolumes, snapshots and the diff between them.
module dev.varve.engine {
    requires static transitive org.jspecify;
    requires com.github.luben.zstd_jni;
    requires com.dynatrace.hash4j;
    requires org.bouncycastle.provider;

    exports dev.varve.engine;
    exports dev.varve.engine.model;
    exports dev.varve.engine.store;
}
