package dev.parley.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What becomes of a part of Parley on a mount.
///
/// @param reasons why it is not full, one for each guarantee that is missing
public record Assessment(Feature feature, Level level, List<String> reasons) {
  public enum Level {
    /// As documented.
    FULL,
    /// It works, and loses what the reasons say.
    DEGRADED,
    /// It must not be used there.
    REFUSED
  }

  static Assessment of(Feature feature, Map<Guarantee, Finding> findings) {
    Level level = Level.FULL;
    List<String> reasons = new ArrayList<>();
    for (Guarantee need : feature.needs()) {
      switch (verdict(findings, need)) {
        case HOLDS -> {}
        case BROKEN -> {
          level = Level.REFUSED;
          reasons.add(need.label() + " is broken");
        }
        case UNKNOWN -> {
          if (level == Level.FULL) level = Level.DEGRADED;
          reasons.add(need.label() + " is not proved");
        }
      }
    }
    for (Map.Entry<Guarantee, String> miss : feature.misses().entrySet()) {
      if (verdict(findings, miss.getKey()) == Verdict.HOLDS) continue;
      if (level == Level.FULL) level = Level.DEGRADED;
      reasons.add("without " + miss.getKey().label() + " " + miss.getValue());
    }
    return new Assessment(feature, level, List.copyOf(reasons));
  }

  private static Verdict verdict(Map<Guarantee, Finding> findings, Guarantee guarantee) {
    Finding finding = findings.get(guarantee);
    return finding == null ? Verdict.UNKNOWN : finding.verdict();
  }
}
