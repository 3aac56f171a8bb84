package dev.parley.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.catalog.Comparison.Difference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void whatDiffersIsToldApartFromWhatDiffersInDetail() {
    Comparison locks = compare("flock", "ofd-lock", "posix-lock");
    assertThat(locks.rows().stream().map(Comparison.Row::dimension)).isEqualTo(Dimension.ALL);
    assertThat(difference(locks, Dimension.ROLE)).isEqualTo(Difference.NONE);
    assertThat(difference(locks, Dimension.DEATH)).isEqualTo(Difference.DETAIL);
    assertThat(difference(locks, Dimension.PLATFORMS)).isEqualTo(Difference.WORDS);
  }

  @Test
  void nothingDiffersFromItself() {
    assertThat(compare("fifo", "fifo").rows()).allMatch(row -> row.difference() == Difference.NONE);
  }

  @Test
  void oneAloneIsNoComparison() {
    assertThatThrownBy(() -> compare("fifo")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Comparison compare(String... names) {
    List<Primitive> primitives =
        Stream.of(names).map(name -> Catalog.primitive(name).orElseThrow()).toList();
    return Comparison.of(primitives);
  }

  private static Difference difference(Comparison comparison, Dimension<?> dimension) {
    return comparison.rows().stream()
        .filter(row -> row.dimension() == dimension)
        .findFirst()
        .orElseThrow()
        .difference();
  }
}
