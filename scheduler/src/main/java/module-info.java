/// Policies, retention and the daemon.
module dev.varve.scheduler {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
    requires dev.varve.sendreceive;
}
