package dev.parley;

import java.util.List;

/// Several messages were to be sent or published, and only the first of them were; the cause says
/// why.
///
/// Those that were are visible to consumers. They are as safe as was asked, unless the cause is an
/// [OutcomeUnknownException]: then a power cut may take them, and the one after them may be there
/// as well. To go on, send the rest.
public final class PartlySentException extends ParleyException {
  private static final long serialVersionUID = 1;

  private final transient List<String> ids;

  /// @param ids of those that were sent
  /// @param wanted how many there were to send
  public PartlySentException(List<String> ids, int wanted, Exception cause) {
    super(
        "only the first " + ids.size() + " of " + wanted + " messages were sent: " + reason(cause),
        cause);
    this.ids = List.copyOf(ids);
  }

  private static String reason(Exception cause) {
    return cause instanceof InterruptedException
        ? "interrupted while waiting for room"
        : String.valueOf(cause.getMessage());
  }

  /// What was sent, in its order: the ids of messages, or the positions of entries.
  public List<String> ids() {
    return ids;
  }
}
