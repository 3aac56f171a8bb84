package dev.parley.primitive.memory;

import dev.parley.ParleyException;

/// Refused because memory mapped from there is not shared by all who map it, or could be taken away
/// from under them.
public final class UnmappableException extends ParleyException {
  private static final long serialVersionUID = 1;

  public UnmappableException(String message) {
    super(message);
  }
}
