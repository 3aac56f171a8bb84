package dev.parley;

/// The queue or topic is there with other settings than were asked for; the message names the
/// difference.
public final class SettingsConflictException extends ParleyException {
  private static final long serialVersionUID = 1;

  public SettingsConflictException(String message) {
    super(message);
  }
}
