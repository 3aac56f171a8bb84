package dev.parley.pattern.topic;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries of a topic: `entries/BUCKET/SEQUENCE`, a thousand to a bucket. Keeps the bucket it used last open. The caller
/// excludes other threads.
final class EntryLog implements AutoCloseable {
  private static final long BUCKET_SIZE = 1000;
  private static final int DIGITS = 16;

  private final Dir entries;
  private @Nullable Dir bucket;
  private long bucketNumber = -1;
  private long newestBucket = -1;
  private Stamp stamp = Stamp.NEVER;

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

  /// The oldest entry's number, or 0 if there is none.
  long first() throws IOException {
    for (long number : buckets()) {
      List<Long> found = entriesOf(number);
      if (!found.isEmpty()) return found.getFirst();
    }
    return 0;
  }

  /// Whether there is an entry with this number or a greater one. Asking again when nothing has changed is cheap.
  boolean hasAtOrAfter(long sequence) throws IOException {
    if (has(sequence)) return true;
    FileStatus status = entries.status();
    long now = entries.kernel().realtimeNanos();
    // While the folder of buckets is as it was, only the newest bucket can have got an entry.
    if (!stamp.stillHolds(status) || newestBucket < 0) {
      stamp = Stamp.of(status, now);
      List<Long> all = buckets();
      newestBucket = all.isEmpty() ? -1 : all.getLast();
    }
    if (newestBucket < 0 || newestBucket < sequence / BUCKET_SIZE) return false;
    if (newestBucket > sequence / BUCKET_SIZE) return last() >= sequence;
    List<Long> found = entriesOf(newestBucket);
    return !found.isEmpty() && found.getLast() >= sequence;
  }

  @Override
  public void close() {
    forgetBucket();
  }
}
