package dev.parley;

/// The payload is over the limit of the queue or topic.
public final class PayloadTooLargeException extends ParleyException {
  private static final long serialVersionUID = 1;

  public PayloadTooLargeException(String message) {
    super(message);
  }
}
