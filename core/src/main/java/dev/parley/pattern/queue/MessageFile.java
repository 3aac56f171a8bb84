package dev.parley.pattern.queue;

import dev.parley.BadFormatException;
import dev.parley.Message;
import dev.parley.Outgoing;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What is in a message's file: a first line of fixed length, lines of `key=value`, the payload.
///
/// ```text
/// parley-message 1 CCCCCCCC HHHHHHHH PPPPPPPPPPPP\n
/// |<- 17 bytes ->| |<- 8 -> |<- 8 -> |<-- 12 -->|     48 bytes in all
/// C  CRC-32C (hex) of everything after this line
/// H  bytes of the lines that follow (hex)
/// P  bytes of the payload (decimal)
/// ```
///
/// @param expiresNanos after which it is not delivered, nanoseconds since 1970; 0 is never
/// @param deduplicationId what the sender gave, or null
public record MessageFile(
    long sentNanos,
    String sender,
    int priority,
    long expiresNanos,
    @Nullable String deduplicationId,
    Map<String, String> headers,
    byte[] payload) {

  public static final String MAGIC = "parley-message ";
  public static final int FIRST_LINE_BYTES = 48;
  private static final String VERSION = "1";
  private static final int CRC_AT = 17;
  private static final int HEADER_LENGTH_AT = 26;
  private static final int PAYLOAD_LENGTH_AT = 35;
  private static final int USUAL_BYTES = 16 << 10;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;
  private static final String HEADER = "header.";

  /// One buffer for whoever reads next: making one for each message costs more than reading a small
  /// one.
  private static final AtomicReference<byte @Nullable []> BUFFER = new AtomicReference<>();

  /// The file of a message that is sent now.
  public static MessageFile of(Outgoing message, String sender, long nowNanos) {
    return new MessageFile(
        nowNanos,
        sender,
        message.priority(),
        message.timeToLive().isZero() ? 0 : saturatedSum(nowNanos, message.timeToLive()),
        message.deduplicationId().orElse(null),
        message.headers(),
        message.payload());
  }

  /// `nanos` and `more`, or what comes near the largest long.
  public static long saturatedSum(long nanos, Duration more) {
    long mostSeconds = (Long.MAX_VALUE - nanos) / 1_000_000_000L - 1;
    return nanos + Math.min(more.getSeconds(), mostSeconds) * 1_000_000_000L + more.getNano();
  }

  public byte[] encode() {
    StringBuilder lines = new StringBuilder(128);
    lines.append("sent=").append(sentNanos).append('\n');
    lines.append("sender=").append(sender).append('\n');
    lines.append("priority=").append(priority).append('\n');
    if (expiresNanos != 0) lines.append("expires=").append(expiresNanos).append('\n');
    if (deduplicationId != null) PropertiesFile.appendLine(lines, "dedup", deduplicationId);
    headers.forEach((name, value) -> PropertiesFile.appendLine(lines, HEADER + name, value));
    byte[] header = lines.toString().getBytes(StandardCharsets.UTF_8);

    byte[] file = new byte[FIRST_LINE_BYTES + header.length + payload.length];
    System.arraycopy(header, 0, file, FIRST_LINE_BYTES, header.length);
    System.arraycopy(payload, 0, file, FIRST_LINE_BYTES + header.length, payload.length);
    CRC32C crc = new CRC32C();
    crc.update(file, FIRST_LINE_BYTES, file.length - FIRST_LINE_BYTES);
    String length = Integer.toString(payload.length);
    String first =
        MAGIC
            + VERSION
            + " "
            + RandomName.hex(crc.getValue(), 8)
            + " "
            + RandomName.hex(header.length, 8)
            + " "
            + "0".repeat(12 - length.length())
            + length
            + "\n";
    byte[] firstLine = first.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(firstLine, 0, file, 0, FIRST_LINE_BYTES);
    return file;
  }

  /// Reads and verifies a message.
  ///
  /// @throws BadFormatException if it is damaged, or of a format this version does not know; says
  ///   which
  public static MessageFile read(Dir dir, Fd file) throws IOException {
    byte[] buffer = BUFFER.getAndSet(null);
    if (buffer == null) buffer = new byte[USUAL_BYTES];
    try {
      return read(dir, file, buffer);
    } finally {
      BUFFER.set(buffer);
    }
  }

  private static MessageFile read(Dir dir, Fd file, byte[] buffer) throws IOException {
    byte[] bytes = buffer;
    int length = fill(dir, file, bytes, 0);
    if (length >= FIRST_LINE_BYTES) {
      long total = checkFirstLine(file::path, bytes);
      if (total > bytes.length) {
        long size = dir.kernel().status(file).sizeBytes();
        if (size != total) throw wrongLength(file::path, total, size);
        bytes = Arrays.copyOf(bytes, (int) total);
        length = fill(dir, file, bytes, length);
      }
    }
    return parse(bytes, length, file::path);
  }

  /// Verifies a message that was read.
  ///
  /// @param path where, for messages
  /// @throws BadFormatException as from [#read]
  public static MessageFile parse(byte[] bytes, int length, Supplier<String> path)
      throws BadFormatException {
    if (length < FIRST_LINE_BYTES) throw damaged(path, "it has " + length + " bytes only");
    long total = checkFirstLine(path, bytes);
    if (length != total) throw wrongLength(path, total, length);
    CRC32C crc = new CRC32C();
    crc.update(bytes, FIRST_LINE_BYTES, length - FIRST_LINE_BYTES);
    if (crc.getValue() != hex(bytes, CRC_AT, 8)) throw damaged(path, "its checksum is wrong");
    return decode(path, bytes, (int) hex(bytes, HEADER_LENGTH_AT, 8), length);
  }

  private static BadFormatException wrongLength(Supplier<String> path, long total, long length) {
    return damaged(
        path, "it should have " + total + " bytes and has " + (length < total ? length : "more"));
  }

  /// Reads until `bytes` is full or the file ends; one call does it for a small file, whose length
  /// is checked later.
  private static int fill(Dir dir, Fd file, byte[] bytes, int length) throws IOException {
    while (length < bytes.length) {
      int n = dir.kernel().read(file, bytes, length, bytes.length - length);
      if (n == 0) break;
      length += n;
      if (length >= FIRST_LINE_BYTES && isWhole(bytes, length)) break;
    }
    return length;
  }

  private static boolean isWhole(byte[] bytes, int length) {
    long header = hex(bytes, HEADER_LENGTH_AT, 8);
    long payload = decimal(bytes, PAYLOAD_LENGTH_AT, 12);
    return header >= 0 && payload >= 0 && FIRST_LINE_BYTES + header + payload <= length;
  }

  private static long checkFirstLine(Supplier<String> path, byte[] bytes)
      throws BadFormatException {
    String start = new String(bytes, 0, MAGIC.length(), StandardCharsets.US_ASCII);
    if (!start.equals(MAGIC)) throw damaged(path, "it does not start with '" + MAGIC.strip() + "'");
    String version = new String(bytes, MAGIC.length(), 2, StandardCharsets.US_ASCII);
    if (!version.equals(VERSION + " ")) {
      throw new BadFormatException(
          path.get()
              + " has message format '"
              + version.strip()
              + "' and this version of Parley knows format "
              + VERSION
              + " only");
    }
    long header = hex(bytes, HEADER_LENGTH_AT, 8);
    long payload = decimal(bytes, PAYLOAD_LENGTH_AT, 12);
    boolean wellFormed =
        bytes[CRC_AT - 1] == ' '
            && bytes[CRC_AT + 8] == ' '
            && bytes[PAYLOAD_LENGTH_AT - 1] == ' '
            && bytes[FIRST_LINE_BYTES - 1] == '\n'
            && hex(bytes, CRC_AT, 8) >= 0;
    if (!wellFormed || header < 0 || payload < 0) throw damaged(path, "its first line is");
    long total = FIRST_LINE_BYTES + header + payload;
    if (total > MOST_BYTES) throw damaged(path, "it claims to have " + total + " bytes");
    return total;
  }

  private static MessageFile decode(
      Supplier<String> path, byte[] bytes, int headerLength, int length) throws BadFormatException {
    Map<String, String> lines = PropertiesFile.parse(bytes, FIRST_LINE_BYTES, headerLength, path);
    try {
      int priority = Integer.parseInt(lines.getOrDefault("priority", "4"));
      if (priority < 0 || priority > 9) throw damaged(path, "its priority is " + priority);
      return new MessageFile(
          Long.parseLong(lines.getOrDefault("sent", "0")),
          lines.getOrDefault("sender", ""),
          priority,
          Long.parseLong(lines.getOrDefault("expires", "0")),
          lines.get("dedup"),
          headers(lines),
          Arrays.copyOfRange(bytes, FIRST_LINE_BYTES + headerLength, length));
    } catch (NumberFormatException e) {
      throw damaged(path, "a number in its lines is");
    }
  }

  /// The user's own, without their prefix. Most messages have none.
  private static Map<String, String> headers(Map<String, String> lines) {
    Map<String, String> headers = Map.of();
    for (Map.Entry<String, String> line : lines.entrySet()) {
      if (!line.getKey().startsWith(HEADER)) continue;
      if (headers.isEmpty()) headers = new LinkedHashMap<>();
      headers.put(line.getKey().substring(HEADER.length()), line.getValue());
    }
    return headers;
  }

  public Message toMessage(MessageName name) {
    return new Message(
        name.id(),
        payload,
        name.priority(),
        name.attempts(),
        instant(sentNanos),
        sender,
        expiresNanos == 0 ? Optional.empty() : Optional.of(instant(expiresNanos)),
        Optional.ofNullable(deduplicationId),
        headers);
  }

  public boolean isExpired(long nowNanos) {
    return expiresNanos != 0 && expiresNanos <= nowNanos;
  }

  public static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  private static BadFormatException damaged(Supplier<String> path, String how) {
    return new BadFormatException(path.get() + " is damaged: " + how);
  }

  private static long hex(byte[] bytes, int at, int digits) {
    return number(bytes, at, digits, 16);
  }

  private static long decimal(byte[] bytes, int at, int digits) {
    return number(bytes, at, digits, 10);
  }

  private static long number(byte[] bytes, int at, int digits, int radix) {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = Character.digit(bytes[i], radix);
      if (digit < 0) return -1;
      value = value * radix + digit;
    }
    return value;
  }
}
