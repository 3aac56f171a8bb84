package dev.parley.primitive.memory;

import dev.parley.ParleyException;

/// Somebody cut the mapped file short while we used it. Whether the call that met it had an effect
/// is unknown, and the handle is of no more use.
public final class MemoryLostException extends ParleyException {
  private static final long serialVersionUID = 1;

  public MemoryLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
