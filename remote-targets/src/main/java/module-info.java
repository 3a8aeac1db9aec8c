/// Object stores that are not on this machine, and archives of streams. Implements the engine's
/// store port.
module dev.varve.remote {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires com.fasterxml.jackson.core;
    requires com.github.luben.zstd_jni;
    requires org.bouncycastle.pg;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.apache5;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.services.s3;

    exports dev.varve.archive;
    exports dev.varve.archive.openpgp;
    exports dev.varve.remote.s3;
}
