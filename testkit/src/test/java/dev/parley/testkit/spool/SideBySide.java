package dev.parley.testkit.spool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs the runs of a test that differ in a number only, as many at a time as there are processors.
final class SideBySide {
  private SideBySide() {}

  /// One run.
  interface Run {
    /// @return false if there is nothing for this number, and so for no greater one
    boolean run(int number) throws Exception;
  }

  /// Runs 1, 2, 3 and so on, until one says that there is nothing more.
  ///
  /// @return how many had something
  static int untilNothing(Run run) throws Exception {
    int width = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool = Executors.newFixedThreadPool(width)) {
      int done = 0;
      while (true) {
        List<Future<Boolean>> some = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          int number = done + i;
          some.add(pool.submit(() -> run.run(number)));
        }
        for (Future<Boolean> each : some) {
          if (!result(each)) return done;
          done++;
        }
      }
    }
  }

  private static boolean result(Future<Boolean> run) throws Exception {
    try {
      return run.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        case null, default -> throw e;
      }
    }
  }
}
