package dev.parley.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// What a primitive is in one dimension.
///
/// @param terms one or more, in the vocabulary's order
/// @param detail the figure or the exception that the words leave out; may be empty
public record Trait<E extends Enum<E> & Term>(Dimension<E> dimension, Set<E> terms, String detail) {
  public Trait {
    if (terms.isEmpty()) throw new IllegalArgumentException(dimension + " has no word");
    terms = Collections.unmodifiableSet(EnumSet.copyOf(terms));
  }

  /// The words, joined by commas.
  public String words() {
    return terms.stream().map(Term::word).collect(Collectors.joining(", "));
  }
}
