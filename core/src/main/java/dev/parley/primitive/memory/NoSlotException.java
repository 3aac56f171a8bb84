package dev.parley.primitive.memory;

import dev.parley.ParleyException;

/// As many handles have the region open, in all processes together, as it was made for.
public final class NoSlotException extends ParleyException {
  private static final long serialVersionUID = 1;

  public NoSlotException(String message) {
    super(message);
  }
}
