package dev.parley.pattern.spool;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The names of bucket folders: keys in `ready-P/`, times in `delayed/` and `done/`.
final class Buckets {
  /// About how many messages a bucket of `ready-P/` holds.
  static final int FULL = 1000;

  private static final int KEY_DIGITS = 16;
  private static final int TIME_DIGITS = 8;
  private static final int TIME_SHIFT = 34;

  private Buckets() {}

  static String ofKey(long key) {
    return RandomName.hex(key, KEY_DIGITS);
  }

  static long key(String bucket) {
    return Long.parseUnsignedLong(bucket, 16);
  }

  /// The bucket for a time, in nanoseconds since 1970; one lasts about 17 seconds.
  static String ofTime(long nanos) {
    return RandomName.hex(nanos >>> TIME_SHIFT, TIME_DIGITS);
  }

  /// The first nanosecond after a bucket of [#ofTime].
  static long endOfTime(String bucket) {
    return (Long.parseUnsignedLong(bucket, 16) + 1) << TIME_SHIFT;
  }

  /// The buckets in a ready folder, oldest first.
  static List<String> byKey(Dir lane) throws IOException {
    return sorted(lane, KEY_DIGITS);
  }

  /// The buckets in a folder of times, earliest first.
  static List<String> byTime(Dir dir) throws IOException {
    return sorted(dir, TIME_DIGITS);
  }

  private static List<String> sorted(Dir dir, int digits) throws IOException {
    List<String> buckets = new ArrayList<>();
    for (String name : dir.list().names()) {
      if (name.length() == digits && isHex(name)) buckets.add(name);
    }
    buckets.sort(null);
    return buckets;
  }

  private static boolean isHex(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) return false;
    }
    return true;
  }
}
