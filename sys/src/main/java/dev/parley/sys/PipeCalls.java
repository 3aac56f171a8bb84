package dev.parley.sys;

/// Pipes. Part of [Kernel].
public interface PipeCalls {
  /// pipe2(2): the reading end, then the writing end.
  Fd[] pipe() throws ErrnoException;
}
