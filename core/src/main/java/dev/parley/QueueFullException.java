package dev.parley;

/// The queue is full and refuses.
public final class QueueFullException extends ParleyException {
  private static final long serialVersionUID = 1;

  public QueueFullException(String message) {
    super(message);
  }
}
