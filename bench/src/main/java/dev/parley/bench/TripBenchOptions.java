package dev.parley.bench;

import java.nio.file.Path;
import java.util.List;

/// What `parley bench socket`, `fifo`, `shm`, `fd` and `watch` are to measure.
///
/// @param suite what
/// @param directories where; made if absent, and everything that is made inside is removed. Empty
///   takes the temporary directory
/// @param sizes of messages in bytes, where messages have one; each a case
/// @param trips in each run; 0 takes what suits the suite
/// @param runs how many rounds; every system runs once in each
/// @param peers whether others run beside Parley
public record TripBenchOptions(
    Suite suite, List<Path> directories, List<Integer> sizes, int trips, int runs, boolean peers) {

  /// What there is and back.
  public enum Suite {
    /// Messages through Unix sockets, between two processes.
    SOCKET,
    /// Messages through two FIFOs.
    FIFO,
    /// Messages through two queues in shared memory.
    SHM,
    /// Descriptors through a Unix socket.
    FD,
    /// A file that is made, and told of.
    WATCH
  }

  public TripBenchOptions {
    for (int size : sizes) {
      if (size < 1 || size > 65_536) {
        throw new IllegalArgumentException("the size is not between 1 and 65536 bytes");
      }
    }
    if (sizes.isEmpty()) throw new IllegalArgumentException("no size to measure with");
    if (trips < 0) throw new IllegalArgumentException("messages are negative");
    if (runs < 1) throw new IllegalArgumentException("runs are less than 1");
    directories = List.copyOf(directories);
    sizes = List.copyOf(sizes);
  }

  /// 64 bytes, 1 KiB and 64 KiB; five rounds, beside the peers.
  public static TripBenchOptions defaults(Suite suite) {
    return new TripBenchOptions(suite, List.of(), List.of(64, 1_024, 65_536), 0, 5, true);
  }
}
