package dev.parley.primitive.lock;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that keep time for locks; they end when nothing has been due for a while.
final class Timers {
  /// For what takes no time and must not be late.
  static final ScheduledThreadPoolExecutor ALARMS = timer("parley-lock-alarms");

  /// For what writes to files, which may hang.
  static final ScheduledThreadPoolExecutor UPKEEP = timer("parley-lock-upkeep");

  private static final long IDLE_SECONDS = 10;

  private Timers() {}

  private static ScheduledThreadPoolExecutor timer(String name) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name(name).unstarted(task));
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }
}
