package dev.parley.primitive.fifo;

/// How to use an end of a FIFO. Writers and reader have to agree on the format.
///
/// @param maxMessageBytes what a message may have: a larger one is refused by its writer, and
///   skipped by the reader
/// @param maxPendingBytes how much the reader keeps of messages that are not complete yet
/// @param readAheadBytes how much the reader takes from the pipe beyond the message it returns:
///   fewer system calls, and that much is lost when it dies or closes. Of lines it takes some by
///   default; with 0 it reads them byte by byte. Bytes are never read ahead
/// @param capacityBytes what the pipe shall hold at least, as far as the kernel lets this user; 0
///   leaves it as it is
public record FifoOptions(
    FifoFormat format,
    int maxMessageBytes,
    long maxPendingBytes,
    int readAheadBytes,
    int capacityBytes) {
  private static final int MIB = 1 << 20;

  public FifoOptions {
    require(maxMessageBytes >= 1 && maxMessageBytes <= 1 << 30, "maxMessageBytes", maxMessageBytes);
    require(maxPendingBytes >= 1, "maxPendingBytes", maxPendingBytes);
    require(readAheadBytes >= 0 && readAheadBytes <= MIB, "readAheadBytes", readAheadBytes);
    require(capacityBytes >= 0, "capacityBytes", capacityBytes);
  }

  private static void require(boolean good, String what, long value) {
    if (!good) throw new IllegalArgumentException(what + " cannot be " + value);
  }

  /// Messages of up to 1 MiB, nothing read ahead.
  public static FifoOptions frames() {
    return new FifoOptions(FifoFormat.FRAMES, MIB, 16L * MIB, 0, 0);
  }

  /// Lines of up to 1 MiB, 4 kB read ahead.
  public static FifoOptions lines() {
    return new FifoOptions(FifoFormat.LINES, MIB, 16L * MIB, 4096, 0);
  }

  /// Bytes, 64 kB at once at most.
  public static FifoOptions bytes() {
    return new FifoOptions(FifoFormat.BYTES, 64 * 1024, 16L * MIB, 0, 0);
  }

  public FifoOptions withMaxMessageBytes(int wanted) {
    return new FifoOptions(format, wanted, maxPendingBytes, readAheadBytes, capacityBytes);
  }

  public FifoOptions withMaxPendingBytes(long wanted) {
    return new FifoOptions(format, maxMessageBytes, wanted, readAheadBytes, capacityBytes);
  }

  public FifoOptions withReadAheadBytes(int wanted) {
    return new FifoOptions(format, maxMessageBytes, maxPendingBytes, wanted, capacityBytes);
  }

  public FifoOptions withCapacityBytes(int wanted) {
    return new FifoOptions(format, maxMessageBytes, maxPendingBytes, readAheadBytes, wanted);
  }
}
