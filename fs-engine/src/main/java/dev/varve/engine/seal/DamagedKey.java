package dev.varve.engine.seal;

/// An object of the keys that is not as it was written.
///
/// @param detail what is wrong with it
/// @param twin what it should hold, as its sound twin has it; empty if that is damaged too
public record DamagedKey(String object, String detail, byte[] twin) {
    static final String MISSING = "is missing";

    public boolean isMissing() {
        return detail.equals(MISSING);
    }
}
