package dev.parley;

/// Refused because of who owns it, who may write to it, or what kind of file it is.
public final class UnsafePathException extends ParleyException {
  private static final long serialVersionUID = 1;

  public UnsafePathException(String message) {
    super(message);
  }
}
