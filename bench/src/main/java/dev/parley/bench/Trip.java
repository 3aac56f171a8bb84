package dev.parley.bench;

import java.io.IOException;

/// One end of a way there and back, of some system. For one thread.
interface Trip extends AutoCloseable {
  /// Goes there and back once.
  void make() throws IOException, InterruptedException;

  /// Sends so many before it waits for what comes back.
  ///
  /// @return how many came back
  default int makeMany(int count) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  @Override
  void close() throws IOException;

  /// Answers until the other end is gone.
  interface Server {
    void serve() throws IOException, InterruptedException;
  }
}
