package dev.parley.catalog;

/// What to think of before others share a primitive. Source: book 4.7.
///
/// @param permissions who can do what
/// @param races what changes between a look and the act that follows
/// @param denialOfService how somebody can stop or starve the others
/// @param leaks what others learn
public record Security(String permissions, String races, String denialOfService, String leaks) {}
