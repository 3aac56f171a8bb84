package dev.parley.testkit.logqueue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// A log read and written by its documentation alone, as a person with a script would.
record RawLog(Path file) {
  private static final Pattern PUT =
      Pattern.compile("R [0-9a-f]{8} ([0-9a-f]{8}) ([0-9a-f]{8})\nput [a-z]+ (\\S+) ");

  /// Flips one bit of the last byte of a message.
  void damage(String id) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    MatchResult put = put(bytes, id);
    int end = put.start() + 29 + length(put, 1) + length(put, 2);
    bytes[end - 1] ^= 1;
    Files.write(file, bytes);
  }

  /// Puts a claimed message among the ready ones.
  void moveToReady(String id) throws IOException {
    String name = put(Files.readAllBytes(file), id).group(3);
    append("move ready " + name + " - 0\n");
  }

  void append(String text) throws IOException {
    byte[] body = text.getBytes(US_ASCII);
    String rest = "%08x %08x\n".formatted(body.length, 0);
    CRC32C crc = new CRC32C();
    crc.update("%016x".formatted(Files.size(file)).getBytes(US_ASCII));
    crc.update(rest.getBytes(US_ASCII));
    crc.update(body);
    String record = "R %08x %s%s".formatted(crc.getValue(), rest, text);
    Files.write(file, record.getBytes(US_ASCII), StandardOpenOption.APPEND);
  }

  /// Overwrites the first line of a message's record.
  void spoilRecord(String id) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = put(bytes, id).start();
    for (int i = start; i < start + 20; i++) bytes[i] = '?';
    Files.write(file, bytes);
  }

  private static int length(MatchResult put, int group) {
    return Integer.parseInt(put.group(group), 16);
  }

  private static MatchResult put(byte[] bytes, String id) {
    return PUT.matcher(new String(bytes, ISO_8859_1))
        .results()
        .filter(put -> put.group(3).startsWith(id))
        .findFirst()
        .orElseThrow();
  }
}
