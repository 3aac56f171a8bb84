package dev.parley.testkit.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes a file can have after a power cut: those of its last sync, and what happened to it
/// since.
final class FileHistory {
  private byte[] synced;
  private final List<Event> unsynced = new ArrayList<>();

  FileHistory(byte[] original) {
    synced = original;
  }

  void happened(Event change) {
    unsynced.add(change);
  }

  void sync() {
    synced = after(unsynced.size());
    unsynced.clear();
  }

  /// Every content it can have; the first is that all has landed, the second that nothing has.
  ///
  /// Besides: each prefix of the changes, the next one torn in its middle; the lengths without the
  /// bytes; and the last change without the first.
  List<byte[]> possible() {
    List<byte[]> possible = new ArrayList<>();
    int count = unsynced.size();
    add(possible, after(count));
    if (count == 0) return possible;
    add(possible, synced);
    for (int landed = 0; landed < count; landed++) {
      add(possible, after(landed));
      add(possible, torn(landed));
    }
    add(possible, zeroed(0, count));
    if (count > 1) add(possible, zeroed(0, 1));
    return possible;
  }

  private static void add(List<byte[]> possible, byte[] content) {
    if (possible.stream().noneMatch(known -> Arrays.equals(known, content))) possible.add(content);
  }

  /// The first `landed` changes.
  private byte[] after(int landed) {
    byte[] content = synced;
    for (Event change : unsynced.subList(0, landed)) content = apply(content, change, false);
    return content;
  }

  /// The first `landed` changes and the first half of the next.
  private byte[] torn(int landed) {
    byte[] content = after(landed);
    return unsynced.get(landed) instanceof Event.Write write
        ? apply(content, half(write), false)
        : content;
  }

  private static Event.Write half(Event.Write write) {
    byte[] bytes = Arrays.copyOf(write.bytes(), write.bytes().length / 2);
    return new Event.Write(write.call(), write.file(), write.position(), bytes);
  }

  /// All changes, but zeros instead of the bytes of those in the range.
  private byte[] zeroed(int from, int to) {
    byte[] content = synced;
    for (int i = 0; i < unsynced.size(); i++) {
      content = apply(content, unsynced.get(i), i >= from && i < to);
    }
    return content;
  }

  private static byte[] apply(byte[] content, Event change, boolean zeros) {
    if (change instanceof Event.Truncate truncate) return Arrays.copyOf(content, truncate.length());
    Event.Write write = (Event.Write) change;
    int end = write.position() + write.bytes().length;
    byte[] result = Arrays.copyOf(content, Math.max(content.length, end));
    if (!zeros) System.arraycopy(write.bytes(), 0, result, write.position(), write.bytes().length);
    return result;
  }
}
