package dev.parley.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.HdrHistogram.Histogram;

/// What one consumer received in one run. Not thread-safe.
final class Tally {
  private final CRC32 crc = new CRC32();
  private final Map<Integer, Long> newest = new HashMap<>();
  private final Histogram latency = new Histogram(3);
  private long count;
  private long sum;
  private long disorder;
  private long lastNanos;

  /// Counts a message that has just been received.
  ///
  /// @throws BenchFailedException if it is damaged
  void add(byte[] message) throws BenchFailedException {
    sum += Payload.verify(message, crc);
    count++;
    lastNanos = System.nanoTime();
    long due = Payload.dueNanos(message);
    if (due != 0) latency.recordValue(Math.max(0, lastNanos - due));
    long sequence = Payload.sequence(message);
    Long before = newest.put(Payload.producer(message), sequence);
    if (before != null && before >= sequence) disorder++;
  }

  long count() {
    return count;
  }

  long sum() {
    return sum;
  }

  /// As it is told to the parent process.
  Line toLine() {
    return Line.of("received")
        .with("count", count)
        .with("sum", sum)
        .with("disorder", disorder)
        .with("last", lastNanos)
        .with("p50", latency.getValueAtPercentile(50))
        .with("p99", latency.getValueAtPercentile(99))
        .with("max", latency.getMaxValue());
  }
}
