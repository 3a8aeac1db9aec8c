package dev.varve.engine.pack;

import dev.varve.engine.store.ObjectStore;
import java.util.UUID;

/// Where packs are and how their blocks are coded.
record PackSource(ObjectStore store, UUID poolId, BlockCodec codec) {}
