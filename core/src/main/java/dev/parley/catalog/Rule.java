package dev.parley.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// How a need is judged by one dimension.
///
/// @param yes words that meet it
/// @param partly words that meet it in part, if none of `yes` is there
/// @param mars words with which `yes` counts in part only
/// @param spoils words that rule it out
record Rule<E extends Enum<E> & Term>(
    Dimension<E> dimension, Set<E> yes, Set<E> partly, Set<E> mars, Set<E> spoils) {

  static <E extends Enum<E> & Term> Rule<E> on(Dimension<E> dimension) {
    return new Rule<>(dimension, Set.of(), Set.of(), Set.of(), Set.of());
  }

  Rule<E> yes(E word) {
    return new Rule<>(dimension, with(yes, word), partly, mars, spoils);
  }

  Rule<E> partly(E word) {
    return new Rule<>(dimension, yes, with(partly, word), mars, spoils);
  }

  Rule<E> mars(E word) {
    return new Rule<>(dimension, yes, partly, with(mars, word), spoils);
  }

  Rule<E> spoils(E word) {
    return new Rule<>(dimension, yes, partly, mars, with(spoils, word));
  }

  Fit fit(Primitive primitive) {
    Set<E> terms = primitive.trait(dimension).terms();
    if (meet(terms, spoils)) return Fit.NO;
    if (meet(terms, yes)) return meet(terms, mars) ? Fit.PARTLY : Fit.YES;
    return meet(terms, partly) ? Fit.PARTLY : Fit.NO;
  }

  /// The primitive's words that decide, or all if none does, with what they mean and leave out.
  String why(Primitive primitive) {
    Trait<E> trait = primitive.trait(dimension);
    List<E> deciding = trait.terms().stream().filter(term -> decides(term)).toList();
    String words =
        (deciding.isEmpty() ? trait.terms() : deciding)
            .stream()
                .map(term -> term.word() + ": " + term.meaning())
                .collect(Collectors.joining("; "));
    return words + (trait.detail().isEmpty() ? "" : " (" + trait.detail() + ")");
  }

  private boolean decides(E term) {
    return yes.contains(term)
        || partly.contains(term)
        || mars.contains(term)
        || spoils.contains(term);
  }

  private static <E> Set<E> with(Set<E> words, E word) {
    Set<E> more = new HashSet<>(words);
    more.add(word);
    return Set.copyOf(more);
  }

  private static <E> boolean meet(Set<E> some, Set<E> others) {
    return some.stream().anyMatch(others::contains);
  }
}
