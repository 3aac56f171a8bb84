package dev.parley.testkit.soak;

import dev.parley.Store;
import java.nio.file.Path;

/// How to run a [KillSoak].
///
/// @param directory where the space and the ledgers go, each in a folder of its own, made here
/// @param store the queue's
/// @param rounds how many times some processes are killed
/// @param messages how many are sent in all
/// @param faults whether system calls of the processes fail meanwhile
/// @param moves whether a shell moves messages of a spool by hand meanwhile
/// @param seed of everything that is random in the driver
public record SoakOptions(
    Path directory,
    Store store,
    int rounds,
    int messages,
    boolean faults,
    boolean moves,
    long seed) {

  public static SoakOptions in(Path directory) {
    return new SoakOptions(directory, Store.SPOOL, 20, 100_000, false, false, System.nanoTime());
  }

  public SoakOptions withDirectory(Path wanted) {
    return new SoakOptions(wanted, store, rounds, messages, faults, moves, seed);
  }

  public SoakOptions withStore(Store wanted) {
    return new SoakOptions(directory, wanted, rounds, messages, faults, moves, seed);
  }

  public SoakOptions withRounds(int wanted) {
    return new SoakOptions(directory, store, wanted, messages, faults, moves, seed);
  }

  public SoakOptions withMessages(int wanted) {
    return new SoakOptions(directory, store, rounds, wanted, faults, moves, seed);
  }

  public SoakOptions withFaults() {
    return new SoakOptions(directory, store, rounds, messages, true, moves, seed);
  }

  public SoakOptions withMoves() {
    return new SoakOptions(directory, store, rounds, messages, faults, true, seed);
  }

  public SoakOptions withSeed(long wanted) {
    return new SoakOptions(directory, store, rounds, messages, faults, moves, wanted);
  }
}
