package dev.parley.primitive.fifo;

/// How to broadcast.
///
/// @param capacityBytes what the source, each reader's FIFO and what is held for each reader shall
///   hold at least, as far as the kernel lets this user; 0 leaves them as they are, 64 KiB
public record BroadcastOptions(SlowReader slowReader, int capacityBytes) {
  public BroadcastOptions {
    if (capacityBytes < 0) throw new IllegalArgumentException("capacityBytes is negative");
  }

  /// All wait for the slowest.
  public static BroadcastOptions defaults() {
    return new BroadcastOptions(SlowReader.WAIT, 0);
  }

  public BroadcastOptions withSlowReader(SlowReader wanted) {
    return new BroadcastOptions(wanted, capacityBytes);
  }

  public BroadcastOptions withCapacityBytes(int wanted) {
    return new BroadcastOptions(slowReader, wanted);
  }
}
