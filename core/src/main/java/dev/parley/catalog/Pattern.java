package dev.parley.catalog;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A way to compose primitives. Source: book 6 and 7.
///
/// @param name one word, in lower case, with hyphens
/// @param summary one sentence
/// @param primitives names of what it is made of, the key one first
/// @param orderings in which order things arrive; empty where nothing does
/// @param pitfalls how it is done wrong
public record Pattern(
    String name,
    String title,
    String summary,
    List<String> useCases,
    List<String> primitives,
    Set<Ordering> orderings,
    List<String> guarantees,
    List<String> nonGuarantees,
    List<String> pitfalls,
    Implementation implementation,
    List<String> sources) {

  /// The orderings' words, joined by commas; `none` if nothing arrives.
  public String orderingWords() {
    if (orderings.isEmpty()) return "none";
    return orderings.stream().sorted().map(Term::word).collect(Collectors.joining(", "));
  }
}
