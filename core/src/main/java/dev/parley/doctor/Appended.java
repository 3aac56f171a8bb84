package dev.parley.doctor;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/// The records that several processes append to one file: whether each is whole shows in its own
/// bytes.
///
/// ```text
///   PROCESS NUMBER LENGTH xxxx...x newline       LENGTH counts the x
/// ```
final class Appended {
  private static final int MOST_FILLING = 9_000;

  private Appended() {}

  static byte[] record(int process, int number, Random sizes) {
    int filling = 1 + sizes.nextInt(MOST_FILLING);
    String record = process + " " + number + " " + filling + " " + "x".repeat(filling) + "\n";
    return record.getBytes(StandardCharsets.US_ASCII);
  }

  /// How many whole records `bytes` are, or -1 if anything else is among them.
  static int count(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int count = 0;
    for (String line : text.split("\n", -1)) {
      if (line.isEmpty()) continue;
      String[] words = line.split(" ", -1);
      if (words.length != 4 || !words[2].matches("[0-9]{1,9}")) return -1;
      if (!words[3].equals("x".repeat(Integer.parseInt(words[2])))) return -1;
      count++;
    }
    return count;
  }
}
