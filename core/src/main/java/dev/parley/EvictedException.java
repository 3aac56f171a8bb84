package dev.parley;

/// Somebody removed this member's file while it lived. What it held was given back; open the space
/// again to join under a new id.
public final class EvictedException extends ParleyException {
  private static final long serialVersionUID = 1;

  public EvictedException(String message) {
    super(message);
  }
}
