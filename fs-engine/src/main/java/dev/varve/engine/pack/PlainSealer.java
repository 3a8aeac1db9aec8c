package dev.varve.engine.pack;

/// No encryption.
record PlainSealer() implements Sealer {
    @Override
    public byte[] seal(long address, BlockKind kind, byte[] bytes) {
        return bytes;
    }

    @Override
    public byte[] open(long address, BlockKind kind, byte[] sealed) {
        return sealed;
    }

    @Override
    public boolean seals() {
        return false;
    }
}
