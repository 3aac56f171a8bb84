package dev.parley.primitive.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.WriteBuffer;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Writes entries in the form of the file, up to 256 kB with one write(2) each time.
///
/// ```text
///   RS LENGTH SPACE CRC SPACE CONTENT LF
/// ```
///
/// In the content LF is `\n`, NUL `\0`, RS `\e` and the backslash `\\`, so that RS and LF stand
/// nowhere but at the ends of entries.
final class EntryWriter {
  static final byte RS = 0x1E;
  static final byte LF = '\n';
  static final byte ESCAPE = '\\';

  /// RS, ten digits, a space, eight digits, a space, LF: and some more.
  static final int MOST_FRAME_BYTES = 32;

  private final WriteBuffer buffer;

  /// @param contentBytes how many there will be in all
  EntryWriter(Kernel kernel, Fd file, long contentBytes, int entries) {
    long guess = contentBytes + contentBytes / 16 + (long) MOST_FRAME_BYTES * (entries + 2);
    buffer = WriteBuffer.of(kernel, file, guess);
  }

  /// Begins a log.
  void id() throws IOException {
    buffer.put(LogId.newLine());
  }

  /// Ends what a dead writer has left.
  void endTorn() throws IOException {
    buffer.put(RS);
    buffer.put(LF);
  }

  void entry(byte[] content) throws IOException {
    buffer.put(RS);
    buffer.put(header(content));
    for (byte b : content) {
      byte escaped = escaped(b);
      if (escaped != 0) buffer.put(ESCAPE);
      buffer.put(escaped == 0 ? b : escaped);
    }
    buffer.put(LF);
  }

  /// Hands everything to the kernel.
  void finish() throws IOException {
    buffer.flush();
  }

  /// How many bytes there were up to now.
  long position() {
    return buffer.position();
  }

  private static byte[] header(byte[] content) {
    String crc = RandomName.hex(checksum(content), 8);
    return (content.length + " " + crc + " ").getBytes(US_ASCII);
  }

  static int checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  /// What stands for `b` behind a backslash; 0 if it stands for itself.
  private static byte escaped(byte b) {
    return switch (b) {
      case LF -> 'n';
      case 0 -> '0';
      case RS -> 'e';
      case ESCAPE -> ESCAPE;
      default -> 0;
    };
  }

  /// What `\` and `b` stand for, or null if that is nothing.
  static @Nullable Byte unescaped(byte b) {
    return switch (b) {
      case 'n' -> LF;
      case '0' -> (byte) 0;
      case 'e' -> RS;
      case ESCAPE -> ESCAPE;
      default -> null;
    };
  }
}
