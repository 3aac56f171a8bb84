package dev.parley;

/// A sync failed: what was being made durable is there now, and may or may not survive a power cut.
///
/// Never retried into a success, because the kernel reports a failed write-back once and forgets
/// it.
public final class OutcomeUnknownException extends ParleyException {
  private static final long serialVersionUID = 1;

  public OutcomeUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
