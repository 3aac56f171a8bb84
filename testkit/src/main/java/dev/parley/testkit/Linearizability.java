package dev.parley.testkit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether what several processes saw can be explained by each of their operations taking effect at
/// one instant between its call and its return.
///
/// ```java
/// Linearizability.check(Set.of(), operations, (state, operation) -> ...);
/// ```
///
/// Looks for an order, as Wing and Gong do (JPDC 1993), and remembers what has led nowhere (Lowe,
/// 2017). States need `equals` and `hashCode`.
public final class Linearizability {
  private Linearizability() {}

  /// Something that was done.
  ///
  /// @param start when it was called, in nanoseconds of one clock
  /// @param end when it had returned
  /// @param what what was asked and what was answered
  public record Operation<O>(long start, long end, O what) {}

  /// What an operation does.
  public interface Model<S, O> {
    /// The state after it, or null if it could not have had its answer in this one.
    @Nullable S after(S state, O operation);
  }

  /// @throws AssertionError if there is no order that explains all of them; it tells up to where
  ///   there is one
  public static <S, O> void check(S initial, List<Operation<O>> operations, Model<S, O> model) {
    List<Operation<O>> byStart = new ArrayList<>(operations);
    byStart.sort(Comparator.comparingLong(Operation::start));
    Search<S, O> search = new Search<>(byStart, model);
    if (search.explains(initial)) return;
    throw new AssertionError(
        "no order explains these %d operations; at most these %d, and then none of the next:%n%s"
            .formatted(byStart.size(), search.best.size(), search.describe()));
  }

  private record Tried<S>(BitSet done, S state) {}

  private static final class Search<S, O> {
    private final List<Operation<O>> operations;
    private final Model<S, O> model;
    private final BitSet done = new BitSet();
    private final List<Integer> order = new ArrayList<>();
    private final Set<Tried<S>> tried = new HashSet<>();
    private List<Integer> best = List.of();

    Search(List<Operation<O>> operations, Model<S, O> model) {
      this.operations = operations;
      this.model = model;
    }

    /// Takes next whatever was called before the first of those that are left has returned. A loop,
    /// as a call for each operation would be too deep.
    boolean explains(S initial) {
      List<S> states = new ArrayList<>(List.of(initial));
      List<Integer> next = new ArrayList<>(List.of(0));
      while (true) {
        if (order.size() == operations.size()) return true;
        S state = states.getLast();
        int chosen = choose(state, next.removeLast());
        if (chosen < 0) {
          if (order.isEmpty()) return false;
          states.removeLast();
          done.clear(order.removeLast());
          continue;
        }
        S after = model.after(state, operations.get(chosen).what());
        if (after == null) throw new AssertionError("the model is not a function");
        next.add(chosen + 1);
        next.add(0);
        states.add(after);
        order.add(chosen);
        done.set(chosen);
        if (order.size() > best.size()) best = List.copyOf(order);
      }
    }

    /// The first operation from `from` on that may come next and leads to something new; -1 if
    /// there is none.
    private int choose(S state, int from) {
      int first = done.nextClearBit(0);
      long firstEnd = Long.MAX_VALUE;
      for (int i = first; i < operations.size(); i = done.nextClearBit(i + 1)) {
        Operation<O> operation = operations.get(i);
        if (operation.start() > firstEnd) break;
        firstEnd = Math.min(firstEnd, operation.end());
      }
      for (int i = done.nextClearBit(from); i < operations.size(); i = done.nextClearBit(i + 1)) {
        Operation<O> operation = operations.get(i);
        if (operation.start() > firstEnd) return -1;
        S after = model.after(state, operation.what());
        if (after == null) continue;
        BitSet then = (BitSet) done.clone();
        then.set(i);
        if (tried.add(new Tried<>(then, after))) return i;
      }
      return -1;
    }

    private String describe() {
      StringBuilder text = new StringBuilder();
      for (int i : best) text.append("  ").append(operations.get(i)).append('\n');
      text.append("then one of\n");
      int shown = 0;
      for (int i = 0; i < operations.size() && shown < 10; i++) {
        if (best.contains(i)) continue;
        text.append("  ").append(operations.get(i)).append('\n');
        shown++;
      }
      return text.toString();
    }
  }
}
