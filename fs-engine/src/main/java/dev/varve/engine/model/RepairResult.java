package dev.varve.engine.model;

/// What a repair or a rescue came to.
///
/// @param steps things mended, or that would be
/// @param generation the newest commit afterwards; in a dry run, before
/// @param before errors found at first
/// @param after errors that are left: what is lost for good; in a dry run unknown, and -1
public record RepairResult(int steps, long generation, long before, long after) {}
