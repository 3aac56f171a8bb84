package dev.parley.catalog;

import java.util.List;

/// Primitives side by side.
///
/// @param rows one for each dimension, in their order
public record Comparison(List<Primitive> primitives, List<Row> rows) {

  /// @param traits of each primitive, in their order
  public record Row(Dimension<?> dimension, List<Trait<?>> traits, Difference difference) {}

  /// How primitives differ in a dimension.
  public enum Difference implements Term {
    NONE("the same"),
    DETAIL("the same words, but there is more to say"),
    WORDS("different");

    private final String meaning;

    Difference(String meaning) {
      this.meaning = meaning;
    }

    @Override
    public String meaning() {
      return meaning;
    }
  }

  /// @param primitives two or more
  public static Comparison of(List<Primitive> primitives) {
    if (primitives.size() < 2) throw new IllegalArgumentException("nothing to compare with");
    return new Comparison(
        List.copyOf(primitives),
        Dimension.ALL.stream().map(dimension -> row(dimension, primitives)).toList());
  }

  private static <E extends Enum<E> & Term> Row row(
      Dimension<E> dimension, List<Primitive> primitives) {
    List<Trait<E>> traits = primitives.stream().map(one -> one.trait(dimension)).toList();
    Difference difference =
        traits.stream().map(Trait::terms).distinct().count() > 1
            ? Difference.WORDS
            : traits.stream().distinct().count() > 1 ? Difference.DETAIL : Difference.NONE;
    return new Row(dimension, List.copyOf(traits), difference);
  }
}
