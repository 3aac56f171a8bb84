package dev.parley.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Which primitives meet some needs, and where the others fall short.
///
/// @param needs without repetitions
/// @param ranked all primitives but those that Parley refuses: fewest needs missed first, then
///   fewest of these about what it is for, then fewest met in part, then as in [Catalog#primitives]
/// @param conflicts the smallest groups of needs that no primitive meets together, not even in
///   part; empty if some primitive misses none
public record Recommendation(List<Need> needs, List<Ranked> ranked, List<List<Need>> conflicts) {

  /// A primitive and what it makes of each need, in their order.
  public record Ranked(Primitive primitive, List<Need.Verdict> verdicts) {
    /// How many needs it meets so.
    public long count(Fit fit) {
      return verdicts.stream().filter(verdict -> verdict.fit() == fit).count();
    }

    /// A thing of another kind is further off than one of the kind that lacks a property.
    private long missedRoles() {
      return missed().stream().filter(Need::isRole).count();
    }

    /// The needs that it does not meet.
    public List<Need> missed() {
      return verdicts.stream()
          .filter(verdict -> verdict.fit() == Fit.NO)
          .map(Need.Verdict::need)
          .toList();
    }
  }

  /// @param needs at least one
  public static Recommendation of(List<Need> needs) {
    if (needs.isEmpty()) throw new IllegalArgumentException("no needs");
    List<Need> distinct = List.copyOf(new LinkedHashSet<>(needs));
    List<Ranked> ranked =
        Catalog.primitives().stream()
            .filter(primitive -> !primitive.refused())
            .map(primitive -> judge(primitive, distinct))
            .sorted(
                Comparator.comparingLong((Ranked one) -> one.count(Fit.NO))
                    .thenComparingLong(Ranked::missedRoles)
                    .thenComparingLong(one -> one.count(Fit.PARTLY)))
            .toList();
    return new Recommendation(distinct, ranked, conflicts(distinct, ranked));
  }

  /// Those that meet every need, in part at least.
  public List<Ranked> fitting() {
    return ranked.stream().filter(one -> one.missed().isEmpty()).toList();
  }

  /// Where nothing meets every need: for each group of needs that some miss, the best two that miss
  /// just these, and not all. In the order of the ranking.
  public List<Ranked> nearest() {
    Map<List<Need>, Integer> shown = new HashMap<>();
    return ranked.stream()
        .filter(one -> one.missed().size() < needs.size())
        .filter(one -> shown.merge(one.missed(), 1, Integer::sum) <= 2)
        .toList();
  }

  private static Ranked judge(Primitive primitive, List<Need> needs) {
    return new Ranked(primitive, needs.stream().map(need -> need.judge(primitive)).toList());
  }

  private static List<List<Need>> conflicts(List<Need> needs, List<Ranked> ranked) {
    if (ranked.getFirst().missed().isEmpty()) return List.of();
    for (int size = 1; size <= Math.min(3, needs.size()); size++) {
      List<List<Need>> unmet =
          groups(needs, size).stream()
              .filter(group -> ranked.stream().noneMatch(one -> meets(one.primitive(), group)))
              .toList();
      if (!unmet.isEmpty()) return unmet;
    }
    return List.of(needs);
  }

  private static boolean meets(Primitive primitive, List<Need> group) {
    return group.stream().noneMatch(need -> need.judge(primitive).fit() == Fit.NO);
  }

  /// All choices of `size` needs, in their order.
  private static List<List<Need>> groups(List<Need> needs, int size) {
    if (size == 0) return List.of(List.of());
    List<List<Need>> groups = new ArrayList<>();
    for (int first = 0; first <= needs.size() - size; first++) {
      for (List<Need> rest : groups(needs.subList(first + 1, needs.size()), size - 1)) {
        List<Need> group = new ArrayList<>(List.of(needs.get(first)));
        group.addAll(rest);
        groups.add(List.copyOf(group));
      }
    }
    return groups;
  }
}
