package dev.parley.pattern.member;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What was opened through one handle of a space and is closed with it.
public final class OpenHandles {
  private static final System.Logger LOG = System.getLogger(OpenHandles.class.getName());

  private final Set<AutoCloseable> handles = ConcurrentHashMap.newKeySet();

  public void add(AutoCloseable handle) {
    handles.add(handle);
  }

  /// @return false if it was closed before
  public boolean remove(AutoCloseable handle) {
    return handles.remove(handle);
  }

  /// Closes each; each removes itself.
  public void closeAll() {
    for (AutoCloseable handle : handles) {
      try {
        handle.close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "closing failed", e);
      }
    }
  }
}
