package dev.parley.sys;

import java.util.List;
import java.util.Map;

/// A command to start.
///
/// @param command the program (looked up in PATH if it has no slash), then its arguments
/// @param environment the whole environment
/// @param descriptors the child's descriptor numbers and ours behind them; every other descriptor is
///     closed in the child, as all of ours are close-on-exec
/// @param newProcessGroup whether the child leads a group of its own, so that a terminal's Ctrl-C does
///     not reach it and one kill reaches all its descendants
public record SpawnRequest(
    List<String> command,
    Map<String, String> environment,
    Map<Integer, Fd> descriptors,
    boolean newProcessGroup) {}
