package dev.varve.engine.model;

import java.util.Optional;

/// The value of a property as it holds for a subvolume.
///
/// @param setOn the subvolume whose value it is: itself, or one above it; empty for the default
public record PropertyValue(Property property, String value, Optional<SubvolumeId> setOn) {
    /// The value of a flag.
    public boolean isTrue() {
        return value.equals("true");
    }
}
