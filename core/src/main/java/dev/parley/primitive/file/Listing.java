package dev.parley.primitive.file;

import java.util.List;

/// The names in a directory.
///
/// @param names in no order, without `.` and `..`
/// @param oneInstant whether they are the directory at one instant; otherwise one that was added
///   while the listing ran may be missing although a later one is there
public record Listing(List<String> names, boolean oneInstant) {}
