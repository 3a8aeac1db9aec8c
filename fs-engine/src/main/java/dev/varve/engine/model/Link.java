package dev.varve.engine.model;

/// A name of an inode: the directory's inode number and the name in it.
public record Link(long directory, FileName name) {}
