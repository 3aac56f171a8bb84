package dev.parley.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Builds a [Pattern].
final class PatternEntry {
  private final String name;
  private final String title;
  private final String summary;
  private final List<String> classes = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();
  private List<String> useCases = List.of();
  private List<String> primitives = List.of();
  private Set<Ordering> orderings = Set.of();
  private List<String> guarantees = List.of();
  private List<String> nonGuarantees = List.of();
  private List<String> pitfalls = List.of();
  private String remark = "";

  private PatternEntry(String name, String title, String summary) {
    this.name = name;
    this.title = title;
    this.summary = summary;
  }

  static PatternEntry pattern(String name, String title, String summary) {
    return new PatternEntry(name, title, summary);
  }

  PatternEntry uses(String... those) {
    useCases = List.of(those);
    return this;
  }

  PatternEntry madeOf(String... those) {
    primitives = List.of(those);
    return this;
  }

  PatternEntry orders(Ordering... those) {
    orderings = Set.of(those);
    return this;
  }

  PatternEntry guarantees(String... those) {
    guarantees = List.of(those);
    return this;
  }

  PatternEntry promisesNot(String... those) {
    nonGuarantees = List.of(those);
    return this;
  }

  PatternEntry beware(String... those) {
    pitfalls = List.of(those);
    return this;
  }

  /// A class of Parley's.
  PatternEntry in(String className) {
    classes.add(className);
    return this;
  }

  PatternEntry command(String words) {
    commands.add(words);
    return this;
  }

  PatternEntry remark(String words) {
    remark = words;
    return this;
  }

  Pattern from(String... sources) {
    return new Pattern(
        name,
        title,
        summary,
        useCases,
        primitives,
        orderings,
        guarantees,
        nonGuarantees,
        pitfalls,
        new Implementation(classes, commands, remark),
        List.of(sources));
  }
}
