package dev.parley.catalog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A way in which processes meet or exclude each other that the kernel gives by itself.
///
/// @param name one word, in lower case, with hyphens
/// @param aliases other names that find it
/// @param summary one sentence
/// @param traits one for each [Dimension], in their order
/// @param largestMessageBytes with Linux's default settings; empty if no number bounds it, or if it
///   carries none
/// @param refused explained here, but never used or recommended
/// @param page its page below `docs/primitives/`, without the directory; empty if it has none
/// @param sources manual pages and sections of the book
public record Primitive(
    String name,
    List<String> aliases,
    String title,
    Family family,
    String summary,
    List<Trait<?>> traits,
    OptionalLong largestMessageBytes,
    List<String> useCases,
    List<String> guarantees,
    List<String> nonGuarantees,
    Security security,
    boolean refused,
    Optional<String> page,
    Implementation implementation,
    List<String> sources) {

  /// What it is in one dimension.
  @SuppressWarnings("unchecked") // A trait's words are those of its dimension.
  public <E extends Enum<E> & Term> Trait<E> trait(Dimension<E> dimension) {
    for (Trait<?> trait : traits) if (trait.dimension() == dimension) return (Trait<E>) trait;
    throw new IllegalStateException(name + " has no " + dimension);
  }

  /// Whether one of its words in `dimension` is `term`.
  public <E extends Enum<E> & Term> boolean is(Dimension<E> dimension, E term) {
    return trait(dimension).terms().contains(term);
  }
}
