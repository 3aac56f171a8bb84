package dev.parley;

/// The name of a queue, topic or subscription, or a pattern, is not valid; the message says what is
/// allowed.
public final class InvalidNameException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public InvalidNameException(String message) {
    super(message);
  }
}
