package dev.parley.pattern.queue;

import dev.parley.primitive.file.RandomName;
import org.jspecify.annotations.Nullable;

/// The name of a message's file: `ID.pP.aN[.dDUE][.tTOKEN][.uUNTIL]`, see `docs/layout.md`, section
/// 1.
///
/// @param id key `-` handle id
/// @param attempts how many claims there were
/// @param due when it becomes ready, nanoseconds since 1970; 0 if it is not delayed
/// @param token of the last claim or replay; 0 before the first, and then it has no history
/// @param until the end of the claim's lease, microseconds since boot; 0 if there is none
public record MessageName(String id, int priority, int attempts, long due, long token, long until) {
  public static final int HANDLE_DIGITS = 12;
  private static final int KEY_DIGITS = 16;
  private static final int ID_LENGTH = KEY_DIGITS + 1 + HANDLE_DIGITS;

  /// The id of the message that `handle` sends under `key`.
  public static String id(long key, String handle) {
    return RandomName.hex(key, KEY_DIGITS) + "-" + handle;
  }

  public static MessageName fresh(String id, int priority) {
    return new MessageName(id, priority, 0, 0, 0, 0);
  }

  public static boolean isId(String text) {
    if (text.length() != ID_LENGTH || text.charAt(KEY_DIGITS) != '-') return false;
    for (int i = 0; i < ID_LENGTH; i++) {
      if (i != KEY_DIGITS && !isHex(text.charAt(i))) return false;
    }
    return true;
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  /// Reads a name, or returns null if it is none of a message.
  public static @Nullable MessageName parse(String name) {
    if (name.length() < ID_LENGTH + 6 || !isId(name.substring(0, ID_LENGTH))) return null;
    int priority = -1;
    int attempts = -1;
    long due = 0;
    long token = 0;
    long until = 0;
    int at = ID_LENGTH;
    while (at < name.length()) {
      if (name.charAt(at) != '.' || at + 2 >= name.length()) return null;
      int end = name.indexOf('.', at + 1);
      if (end < 0) end = name.length();
      char tag = name.charAt(at + 1);
      long value = number(name, at + 2, end, tag == 'd' ? 16 : 10);
      if (value < 0) return null;
      switch (tag) {
        case 'p' -> priority = (int) Math.min(value, 10);
        case 'a' -> attempts = (int) Math.min(value, Integer.MAX_VALUE);
        case 'd' -> due = value;
        case 't' -> token = value;
        case 'u' -> until = value;
        default -> {
          return null;
        }
      }
      at = end;
    }
    if (priority < 0 || priority > 9 || attempts < 0) return null;
    return new MessageName(name.substring(0, ID_LENGTH), priority, attempts, due, token, until);
  }

  private static long number(String text, int start, int end, int radix) {
    if (start == end || end - start > 19) return -1;
    long value = 0;
    for (int i = start; i < end; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) return -1;
      value = value * radix + digit;
    }
    return value;
  }

  public String format() {
    StringBuilder text = new StringBuilder(80);
    text.append(id).append(".p").append(priority).append(".a").append(attempts);
    if (due != 0) text.append(".d").append(RandomName.hex(due, KEY_DIGITS));
    if (token != 0) text.append(".t").append(token);
    if (until != 0) text.append(".u").append(until);
    return text.toString();
  }

  /// When it was sent, or what its sender's clock said; the order of its handle's messages.
  public long key() {
    return Long.parseUnsignedLong(id, 0, KEY_DIGITS, 16);
  }

  public String handle() {
    return id.substring(KEY_DIGITS + 1);
  }

  public MessageName withPriority(int wanted) {
    return wanted == priority ? this : new MessageName(id, wanted, attempts, due, token, until);
  }

  public MessageName delayedUntil(long wanted) {
    return new MessageName(id, priority, attempts, wanted, token, 0);
  }

  /// As it is claimed.
  public MessageName claimed(int fromPriority, long newToken, long leaseEnd) {
    return new MessageName(id, fromPriority, attempts + 1, 0, newToken, leaseEnd);
  }

  public MessageName leasedUntil(long leaseEnd) {
    return new MessageName(id, priority, attempts, due, token, leaseEnd);
  }

  /// As it waits: in nobody's hands, due now.
  public MessageName waiting() {
    return new MessageName(id, priority, attempts, 0, token, 0);
  }

  /// As it starts over, under a token of its own: so it is told from one that was never claimed.
  public MessageName replayed(long newToken) {
    return new MessageName(id, priority, 0, 0, newToken, 0);
  }
}
