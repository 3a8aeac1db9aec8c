package dev.varve.engine.pack;

/// No encryption.
record PlainSealer() implements Sealer {
    @Override
    public byte[] seal(int domain, BlockIdentity block, byte[] bytes) {
        return bytes;
    }

    @Override
    public byte[] open(String where, BlockIdentity block, byte[] sealed) {
        return sealed;
    }

    @Override
    public byte[] sealObject(String name, byte[] bytes) {
        return bytes;
    }

    @Override
    public byte[] openObject(String name, byte[] stored) {
        return stored;
    }

    @Override
    public boolean seals() {
        return false;
    }
}
