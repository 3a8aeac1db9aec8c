package dev.varve.engine.model;

import java.util.List;

/// How a new pool is sealed.
///
/// @param ways in, at least one
public record Sealing(SealCipher cipher, List<KeyWay> ways) {}
