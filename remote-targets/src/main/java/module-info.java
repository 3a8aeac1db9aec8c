/// Object stores that are not on this machine, and archives of streams. Implements the engine's
/// store port.
module dev.varve.remote {
    requires static transitive org.jspecify;
    requires transitive dev.varve.engine;
}
