package dev.parley.bench;

import dev.parley.Durability;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What `parley bench queue` is to measure.
///
/// @param directories where; made if absent, and everything that is made inside is removed. Empty
///   takes /dev/shm and $TMPDIR, or the working directory
/// @param payloadBytes of each message, at least 24: every payload carries its producer and number
/// @param producers processes that send
/// @param consumers processes that receive
/// @param syncs the durabilities to measure with, each a case
/// @param messages in each run; 0 takes what suits the case
/// @param runs how many rounds; every system runs once in each
/// @param peers whether SQLite, dirq, plain java.nio and the kernel's limit run beside Parley
/// @param cases what to measure
/// @param backlog the largest number of waiting messages in the backlog case
public record QueueBenchOptions(
    List<Path> directories,
    int payloadBytes,
    int producers,
    int consumers,
    Set<Durability> syncs,
    long messages,
    int runs,
    boolean peers,
    Set<Case> cases,
    long backlog) {

  /// What can be measured.
  public enum Case {
    /// Messages a second from the producers through the queue to the consumers.
    THROUGHPUT,
    /// The way of one message from send to claim, at a fixed rate.
    LATENCY,
    /// The cost of a message while many others wait.
    BACKLOG,
    /// What consumers cost while nothing comes.
    IDLE
  }

  public QueueBenchOptions {
    if (payloadBytes < Payload.MINIMUM_BYTES || payloadBytes > 1 << 26) {
      throw new IllegalArgumentException("the size is not between 24 and 67108864 bytes");
    }
    if (producers < 1 || producers > 64) {
      throw new IllegalArgumentException("producers are not between 1 and 64");
    }
    if (consumers < 1 || consumers > 64) {
      throw new IllegalArgumentException("consumers are not between 1 and 64");
    }
    if (messages < 0) throw new IllegalArgumentException("messages are negative");
    if (runs < 1) throw new IllegalArgumentException("runs are less than 1");
    if (backlog < 0) throw new IllegalArgumentException("the backlog is negative");
    if (syncs.isEmpty()) throw new IllegalArgumentException("no durability to measure with");
    if (cases.isEmpty()) throw new IllegalArgumentException("no case to measure");
    directories = List.copyOf(directories);
    syncs = Set.copyOf(syncs);
    cases = Set.copyOf(cases);
  }

  /// 256-byte messages, one producer, one consumer, without syncs and with one a message, five
  /// rounds beside the peers, throughput and latency.
  public static QueueBenchOptions defaults() {
    return new QueueBenchOptions(
        List.of(),
        256,
        1,
        1,
        EnumSet.of(Durability.NONE, Durability.MESSAGE),
        0,
        5,
        true,
        EnumSet.of(Case.THROUGHPUT, Case.LATENCY),
        100_000);
  }
}
