package dev.parley.sys;

import java.util.List;
import java.util.Map;

/// A command to start.
///
/// @param command the program (looked up in PATH if it has no slash), then its arguments
/// @param environment the whole environment; the program is looked up in the PATH of this process
/// @param descriptors the child's descriptor numbers and ours behind them. 0, 1 and 2 are this
///   process's own unless others are named for them; every other descriptor is closed in the child
/// @param newProcessGroup whether the child leads a group of its own, so that a terminal's Ctrl-C
///   does not reach it and one kill reaches all its descendants
public record SpawnRequest(
    List<String> command,
    Map<String, String> environment,
    Map<Integer, Fd> descriptors,
    boolean newProcessGroup) {}
