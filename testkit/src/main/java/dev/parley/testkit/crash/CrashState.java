package dev.parley.testkit.crash;

import java.nio.file.Path;
import java.util.List;

/// A directory as a power cut left it.
///
/// @param directory a copy of its own, to be opened and changed at will
/// @param promises what the run had promised when the power went, in order
public record CrashState(Path directory, List<Object> promises) {}
