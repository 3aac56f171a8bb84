package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.SettingsConflictException;
import dev.parley.Space;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Opens a queue of which some settings are wanted and the others left as they are.
final class WantedSettings {
  private WantedSettings() {}

  /// The queue; it is made with what is wanted if it is not there.
  ///
  /// @throws SettingsConflictException if it is there and has not what is wanted
  static Queue made(Space space, String name, UnaryOperator<QueueSettings> wanted)
      throws IOException {
    try {
      return existing(space, name, wanted);
    } catch (NoSuchNameException e) {
      return space.queue(name, wanted.apply(QueueSettings.defaults()));
    }
  }

  /// The queue, which must be there.
  static Queue existing(Space space, String name, UnaryOperator<QueueSettings> wanted)
      throws IOException {
    Queue queue = space.existingQueue(name);
    boolean fits = false;
    try {
      require(name, queue.settings(), wanted);
      fits = true;
      return queue;
    } finally {
      if (!fits) queue.close();
    }
  }

  private static void require(String name, QueueSettings has, UnaryOperator<QueueSettings> wanted)
      throws SettingsConflictException {
    QueueSettings wants = wanted.apply(has);
    if (wants.equals(has)) return;
    List<String> differences = new ArrayList<>();
    List<String> remedy = new ArrayList<>();
    if (wants.retries() != has.retries()) {
      differences.add("retries " + has.retries() + ", not " + wants.retries());
      remedy.add("--retries " + wants.retries());
    }
    if (!wants.lease().equals(has.lease())) {
      differences.add("lease " + lease(has.lease()) + ", not " + lease(wants.lease()));
      remedy.add("--lease " + Durations.exact(wants.lease()));
    }
    throw new SettingsConflictException(
        "the queue %s is there with %s: leave the option out, or change it for everybody with `parley configure %s %s`"
            .formatted(name, String.join(" and ", differences), name, String.join(" ", remedy)));
  }

  private static String lease(Duration lease) {
    return lease.isZero() ? "none" : Durations.exact(lease);
  }
}
