package dev.parley;

/// Nothing of this name is there.
public final class NoSuchNameException extends ParleyException {
  private static final long serialVersionUID = 1;

  public NoSuchNameException(String message) {
    super(message);
  }
}
