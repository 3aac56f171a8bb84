package dev.parley.testkit.crash;

import java.util.List;

/// Something a run did to the directory, or promised.
sealed interface Event {
  /// No file: the value of a directory entry that is not there.
  int NOTHING = -1;

  /// A directory operation.
  record Names(String call, List<Half> halves) implements Event {
    public Names {
      halves = List.copyOf(halves);
    }

    boolean touches(int directory) {
      return halves.stream().anyMatch(half -> half.directory() == directory);
    }

    @Override
    public String toString() {
      return call;
    }
  }

  /// One directory entry gets another value.
  record Half(int directory, String name, int node) {}

  /// Bytes arrive in a file.
  @SuppressWarnings("ArrayRecordComponent") // identity is all that is asked of events
  record Write(String call, int file, int position, byte[] bytes) implements Event {
    @Override
    public String toString() {
      return call;
    }
  }

  /// A file gets another length.
  record Truncate(String call, int file, int length) implements Event {
    @Override
    public String toString() {
      return call;
    }
  }

  /// A file or a directory is synced.
  record Sync(String call, int node) implements Event {
    @Override
    public String toString() {
      return call;
    }
  }

  /// The whole filesystem is synced.
  record SyncAll(String call) implements Event {
    @Override
    public String toString() {
      return call;
    }
  }

  /// The run promised something to whoever uses it.
  record Promise(Object what) implements Event {
    @Override
    public String toString() {
      return "  promised: " + what;
    }
  }
}
