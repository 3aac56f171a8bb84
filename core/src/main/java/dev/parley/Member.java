package dev.parley;

import dev.parley.sys.Fd;

/// A process's presence in a space: alive as long as the kernel holds the lock on its file.
public interface Member {
  String id();

  /// The locked descriptor. A command that is started for this member inherits it, so that the
  /// member lives until the last descendant has gone.
  Fd descriptor();

  /// Whether somebody removed its file while it lived. It may not claim or acknowledge then.
  boolean isEvicted();
}
