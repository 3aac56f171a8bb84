package dev.parley.cli;

import dev.parley.PayloadTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Splits a stream into records that end with a certain byte. Holds one record in memory, not the
/// stream.
final class RecordReader {
  private static final int READ_BYTES = 64 << 10;

  private final InputStream in;
  private final byte end;
  private final long mostBytes;
  private byte[] buffer = new byte[2 * READ_BYTES];
  private int filled;
  private boolean finished;

  RecordReader(InputStream in, byte end, long mostBytes) {
    this.in = in;
    this.end = end;
    this.mostBytes = mostBytes;
  }

  /// The records that are complete by now: waits for the first, takes what came along with it.
  ///
  /// @return empty at the end; a last record need not be ended
  /// @throws PayloadTooLargeException if a record exceeds the limit; those before it were returned
  List<byte[]> next() throws IOException {
    List<byte[]> records = new ArrayList<>();
    while (records.isEmpty() && !finished) {
      if (filled > mostBytes) {
        throw new PayloadTooLargeException(
            "a record of the input is longer than " + mostBytes + " bytes");
      }
      int start = filled;
      if (buffer.length - filled < READ_BYTES) buffer = Arrays.copyOf(buffer, grown());
      int count = in.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        finished = true;
        if (filled > 0) records.add(Arrays.copyOf(buffer, filled));
      } else {
        filled += count;
        split(start, records);
      }
    }
    return records;
  }

  private int grown() {
    return (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8);
  }

  /// Cuts off the records that end at or after `from`.
  private void split(int from, List<byte[]> records) {
    int start = 0;
    for (int i = from; i < filled; i++) {
      if (buffer[i] != end) continue;
      records.add(Arrays.copyOfRange(buffer, start, i));
      start = i + 1;
    }
    System.arraycopy(buffer, start, buffer, 0, filled - start);
    filled -= start;
  }
}
