package dev.parley.pattern.queue;

import dev.parley.OutcomeUnknownException;
import dev.parley.Outgoing;
import dev.parley.PartlySentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Sends several in their order, and says how far it came if it did not come to the end.
public final class Batch {
  private Batch() {}

  /// Makes one visible.
  public interface Step<V> {
    V send(Outgoing message) throws IOException, InterruptedException;
  }

  /// Makes what is visible as durable as it was asked to be.
  public interface Sync<V> {
    void run(List<V> visible) throws IOException;
  }

  /// @param id of what was made visible
  /// @throws PartlySentException if some are visible and some are not; if none is, what `step`
  ///   threw
  /// @throws OutcomeUnknownException if all are visible, and a sync failed
  public static <V> List<V> send(
      List<Outgoing> messages, Step<V> step, Function<V, String> id, Sync<V> sync)
      throws IOException, InterruptedException {
    List<V> visible = new ArrayList<>(messages.size());
    Exception failure = null;
    try {
      for (Outgoing message : messages) visible.add(step.send(message));
    } catch (IOException | InterruptedException | RuntimeException e) {
      failure = e;
    }
    boolean interrupted = failure instanceof InterruptedException;
    try {
      sync.run(visible);
    } catch (IOException e) {
      if (failure == null) throw e;
      e.addSuppressed(failure);
      failure = e; // the graver one: it is about all that were sent
    }
    if (failure == null) return visible;
    // Its message may be there, although it is not in the list.
    boolean unknown = failure instanceof OutcomeUnknownException && messages.size() > 1;
    if (visible.isEmpty() && !unknown) throw asItWas(failure);
    if (interrupted) Thread.currentThread().interrupt();
    throw new PartlySentException(visible.stream().map(id).toList(), messages.size(), failure);
  }

  private static IOException asItWas(Exception failure) throws InterruptedException {
    return switch (failure) {
      case IOException e -> e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new AssertionError("not thrown by a step", failure);
    };
  }
}
