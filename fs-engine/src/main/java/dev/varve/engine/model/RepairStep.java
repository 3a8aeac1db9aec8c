package dev.varve.engine.model;

/// Something that a repair does, or would do.
///
/// @param object what is mended
/// @param action what becomes of it
public record RepairStep(String object, String action) {
    /// Both in one line.
    public String message() {
        return object + ": " + action;
    }
}
