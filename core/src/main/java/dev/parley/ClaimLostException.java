package dev.parley;

/// The claim is no longer valid: its member died or was evicted, its lease ran out, or a person
/// moved the file. The message may be in other hands; undo or ignore what was done for it.
public final class ClaimLostException extends ParleyException {
  private static final long serialVersionUID = 1;

  public ClaimLostException(String message) {
    super(message);
  }
}
