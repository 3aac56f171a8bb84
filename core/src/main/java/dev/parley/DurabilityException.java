package dev.parley;

/// The durability that was asked for cannot be had on this filesystem.
public final class DurabilityException extends ParleyException {
  private static final long serialVersionUID = 1;

  public DurabilityException(String message) {
    super(message);
  }
}
