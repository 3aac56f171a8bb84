package dev.parley.cli.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The lines of the text, and how they are put into messages: a line as `NUMBER<TAB>TEXT`, what a
/// worker makes of it as `NUMBER<TAB>SHA-256<TAB>WORKER`.
public final class Lines {
  private static final byte TAB = '\t';

  private final List<byte[]> lines = new ArrayList<>();

  public Lines(byte[] text) {
    int start = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] != '\n') continue;
      lines.add(Arrays.copyOfRange(text, start, i));
      start = i + 1;
    }
    if (start < text.length) lines.add(Arrays.copyOfRange(text, start, text.length));
  }

  public int count() {
    return lines.size();
  }

  /// What is sent for line `number`, counted from 0.
  byte[] message(int number) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes((number + "\t").getBytes(ISO_8859_1));
    message.writeBytes(lines.get(number));
    return message.toByteArray();
  }

  String hash(int number) {
    byte[] line = lines.get(number);
    return hash(line, 0, line.length);
  }

  /// What a worker makes of such a message.
  ///
  /// @throws IllegalArgumentException if it is none
  public static String result(byte[] message, int worker) {
    int tab = 0;
    while (tab < message.length && message[tab] != TAB) tab++;
    if (tab == message.length) throw new IllegalArgumentException("no TAB in a line of the demo");
    String number = new String(message, 0, tab, ISO_8859_1);
    return number + "\t" + hash(message, tab + 1, message.length - tab - 1) + "\t" + worker;
  }

  private static String hash(byte[] bytes, int offset, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, offset, length);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
