package dev.varve.engine.pack;

/// A block as it goes into a pack.
///
/// @param bytes compressed and sealed; shared, not to be modified
/// @param codec [dev.varve.engine.format.PackFormat#RAW] or `ZSTD`
/// @param checksum of `bytes`
record StoredBlock(byte[] bytes, int rawLength, int codec, boolean sealed, byte[] checksum) {}
