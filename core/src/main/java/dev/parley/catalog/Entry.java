package dev.parley.catalog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds a [Primitive] and refuses one with something missing.
final class Entry {
  private final String name;
  private final String title;
  private final Family family;
  private final String summary;
  private final Map<Dimension<?>, Trait<?>> traits = new HashMap<>();
  private final List<String> classes = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();
  private List<String> aliases = List.of();
  private OptionalLong largestMessageBytes = OptionalLong.empty();
  private List<String> useCases = List.of();
  private List<String> guarantees = List.of();
  private List<String> nonGuarantees = List.of();
  private @Nullable Security security;
  private Optional<String> page = Optional.empty();
  private String remark = "";
  private boolean refused;
  private @Nullable Trait<?> last;

  private Entry(String name, String title, Family family, String summary) {
    this.name = name;
    this.title = title;
    this.family = family;
    this.summary = summary;
  }

  static Entry of(Family family, String name, String title, String summary) {
    return new Entry(name, title, family, summary);
  }

  Entry aka(String... others) {
    aliases = List.of(others);
    return this;
  }

  /// Its words in a dimension; those that were said before no longer count.
  @SafeVarargs
  final <E extends Enum<E> & Term> Entry is(Dimension<E> dimension, E first, E... others) {
    Set<E> words = EnumSet.of(first);
    for (E word : others) words.add(word);
    return put(new Trait<>(dimension, words, ""));
  }

  /// What the last words leave out.
  Entry but(String detail) {
    Trait<?> before = last;
    if (before == null) throw new IllegalStateException(name + ": but what?");
    return put(withDetail(before, detail));
  }

  private static <E extends Enum<E> & Term> Trait<E> withDetail(Trait<E> trait, String detail) {
    return new Trait<>(trait.dimension(), trait.terms(), detail);
  }

  private Entry put(Trait<?> trait) {
    traits.put(trait.dimension(), trait);
    last = trait;
    return this;
  }

  Entry atMost(long bytes) {
    largestMessageBytes = OptionalLong.of(bytes);
    return this;
  }

  Entry uses(String... those) {
    useCases = List.of(those);
    return this;
  }

  Entry guarantees(String... those) {
    guarantees = List.of(those);
    return this;
  }

  Entry promisesNot(String... those) {
    nonGuarantees = List.of(those);
    return this;
  }

  Entry security(String permissions, String races, String denialOfService, String leaks) {
    security = new Security(permissions, races, denialOfService, leaks);
    return this;
  }

  Entry page(String file) {
    page = Optional.of(file);
    return this;
  }

  /// A class of Parley's.
  Entry in(String className) {
    classes.add(className);
    return this;
  }

  Entry command(String words) {
    commands.add(words);
    return this;
  }

  Entry remark(String words) {
    remark = words;
    return this;
  }

  /// Parley explains it and does not use it.
  Entry refused() {
    refused = true;
    return this;
  }

  Primitive from(String... sources) {
    List<Trait<?>> ordered = new ArrayList<>();
    for (Dimension<?> dimension : Dimension.ALL) {
      Trait<?> trait = traits.get(dimension);
      if (trait == null) throw new IllegalStateException(name + " has no " + dimension);
      ordered.add(trait);
    }
    if (security == null) throw new IllegalStateException(name + " has no security notes");
    return new Primitive(
        name,
        aliases,
        title,
        family,
        summary,
        List.copyOf(ordered),
        largestMessageBytes,
        useCases,
        guarantees,
        nonGuarantees,
        security,
        refused,
        page,
        new Implementation(classes, commands, remark),
        List.of(sources));
  }
}
