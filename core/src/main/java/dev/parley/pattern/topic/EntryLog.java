package dev.parley.pattern.topic;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Stamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries of a topic: `entries/BUCKET/SEQUENCE`, a thousand to a bucket. Keeps the bucket it
/// used last open. The caller excludes other threads.
final class EntryLog implements AutoCloseable {
  private static final long BUCKET_SIZE = 1000;
  private static final int DIGITS = 16;

  private final Dir entries;
  private @Nullable Dir bucket;
  private long bucketNumber = -1;
  private @Nullable Dir newest;
  private long noneFrom = -1;
  private Stamp stamp = Stamp.NEVER;
  private Stamp newestStamp = Stamp.NEVER;

  EntryLog(Dir entries) {
    this.entries = entries;
  }

  static String name(long number) {
    String digits = Long.toString(number);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  static String bucketName(long sequence) {
    return name(sequence / BUCKET_SIZE);
  }

  /// The number that a name stands for, or -1.
  static long number(String name) {
    if (name.length() != DIGITS) return -1;
    long value = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /// The bucket of an entry, or null if it does not exist. It stays this object's.
  @Nullable Dir bucketOf(long sequence) throws IOException {
    long wanted = sequence / BUCKET_SIZE;
    Dir known = bucket;
    if (known != null && bucketNumber == wanted) return known;
    Dir opened = entries.tryOpen(name(wanted));
    if (opened != null) use(wanted, opened);
    return opened;
  }

  private void use(long number, Dir opened) {
    if (bucket != null) bucket.close();
    bucket = opened;
    bucketNumber = number;
  }

  /// Forgets the open bucket, which was removed.
  void forgetBucket() {
    if (bucket != null) bucket.close();
    bucket = null;
    bucketNumber = -1;
  }

  boolean has(long sequence) throws IOException {
    Dir dir = bucketOf(sequence);
    if (dir == null) return false;
    if (dir.has(name(sequence))) return true;
    if (dir.isGone()) {
      forgetBucket();
      Dir again = bucketOf(sequence);
      return again != null && again.has(name(sequence));
    }
    return false;
  }

  /// The numbers of the buckets, in their order.
  List<Long> buckets() throws IOException {
    return numbers(entries);
  }

  /// The numbers of the entries in a bucket, in their order.
  List<Long> entriesOf(long bucketNumber) throws IOException {
    try (Dir dir = entries.tryOpen(name(bucketNumber))) {
      return dir == null ? List.of() : numbers(dir);
    }
  }

  private static List<Long> numbers(Dir dir) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : dir.list().names()) {
      long number = number(name);
      if (number >= 0) numbers.add(number);
    }
    numbers.sort(null);
    return numbers;
  }

  /// The newest entry's number, or 0 if there is none.
  long last() throws IOException {
    for (long number : buckets().reversed()) {
      List<Long> found = entriesOf(number);
      if (!found.isEmpty()) return found.getLast();
    }
    return 0;
  }

  /// The lowest number of an entry that is not below `sequence`, or -1 if there is none.
  long firstAtOrAfter(long sequence) throws IOException {
    for (long number : buckets()) {
      if (number < sequence / BUCKET_SIZE) continue;
      for (long found : entriesOf(number)) {
        if (found >= sequence) return found;
      }
    }
    return -1;
  }

  /// The oldest entry's number, or 0 if there is none.
  long first() throws IOException {
    for (long number : buckets()) {
      List<Long> found = entriesOf(number);
      if (!found.isEmpty()) return found.getFirst();
    }
    return 0;
  }

  /// Whether there is an entry with this number or a greater one. Asking again when nothing has
  /// changed costs two fstat calls.
  boolean hasAtOrAfter(long sequence) throws IOException {
    if (noneFrom == sequence && isUnchanged()) return false;
    if (has(sequence)) return true;
    noneFrom = -1;
    long now = entries.kernel().realtimeNanos();
    stamp = Stamp.of(entries.status(), now);
    List<Long> all = buckets();
    useNewest(all.isEmpty() ? null : entries.tryOpen(name(all.getLast())));
    if (newest != null) newestStamp = Stamp.of(newest.status(), now);
    if (last() >= sequence) return true;
    noneFrom = sequence;
    return false;
  }

  /// Only the newest bucket gets entries, or a newer bucket comes.
  private boolean isUnchanged() throws IOException {
    Dir dir = newest;
    return stamp.stillHolds(entries.status())
        && (dir == null || newestStamp.stillHolds(dir.status()));
  }

  private void useNewest(@Nullable Dir opened) {
    if (newest != null) newest.close();
    newest = opened;
  }

  @Override
  public void close() {
    forgetBucket();
    useNewest(null);
  }
}
