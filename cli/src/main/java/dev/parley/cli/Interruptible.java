package dev.parley.cli;

import java.util.function.IntConsumer;

/// Runs a loop that SIGHUP, SIGINT and SIGTERM end in good order: the first lets messages in hand
/// be finished, the second cancels them.
final class Interruptible {
  private final ConsumeLoop loop;
  private final IntConsumer cancel;
  private int signals;
  private int second;
  private long handled;

  /// @param cancel takes the number of the second signal
  Interruptible(ConsumeLoop loop, IntConsumer cancel) {
    this.loop = loop;
    this.cancel = cancel;
  }

  /// @return 0, or 128 and the number of the second signal
  int run() throws Exception {
    try (Signals _ = new Signals(this::interrupt)) {
      handled = loop.run();
    }
    synchronized (this) {
      return second == 0 ? ExitCode.DONE : 128 + second;
    }
  }

  /// How many messages the loop handled.
  long handled() {
    return handled;
  }

  synchronized boolean wasInterrupted() {
    return signals > 0;
  }

  private synchronized void interrupt(int signal) {
    signals++;
    if (signals == 1) {
      loop.stop();
    } else {
      second = signal;
      cancel.accept(signal);
    }
  }
}
