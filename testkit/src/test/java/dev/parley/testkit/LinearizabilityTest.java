package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.Linearizability.Model;
import dev.parley.testkit.Linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// On a register: `w1` writes 1, `r1` reads it.
class LinearizabilityTest {
  private static final Model<Character, String> REGISTER =
      (value, operation) ->
          operation.charAt(0) == 'w'
              ? (Character) operation.charAt(1)
              : operation.charAt(1) == value ? value : null;

  private static Operation<String> at(long start, long end, String what) {
    return new Operation<>(start, end, what);
  }

  private static void check(List<Operation<String>> operations) {
    Linearizability.check('0', operations, REGISTER);
  }

  @Test
  void whatOverlapsMayHaveHappenedInAnyOrder() {
    assertThatCode(() -> check(List.of())).doesNotThrowAnyException();
    assertThatCode(() -> check(List.of(at(1, 9, "w1"), at(2, 3, "r0"), at(4, 5, "r1"))))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(List.of(at(1, 9, "w1"), at(2, 8, "w2"), at(9, 10, "r1"))))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsOverHasHappenedBeforeWhatBeginsLater() {
    assertThatThrownBy(() -> check(List.of(at(1, 2, "w1"), at(3, 4, "r0"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("r0");
    assertThatThrownBy(() -> check(List.of(at(1, 9, "w1"), at(2, 3, "r1"), at(4, 5, "r0"))))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () ->
                check(
                    List.of(
                        at(1, 2, "w1"),
                        at(3, 8, "w2"),
                        at(4, 5, "r2"),
                        at(6, 7, "r1"),
                        at(9, 10, "r2"))))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void longHistoriesAreChecked() {
    Random random = new Random(1);
    List<Operation<String>> operations = new ArrayList<>();
    char value = '0';
    for (int i = 0; i < 5000; i++) {
      // Each takes effect at 10 i, in an interval that overlaps some others'.
      if (random.nextBoolean()) value = (char) ('0' + random.nextInt(5));
      long start = 10L * i - random.nextInt(25);
      long end = 10L * i + random.nextInt(25);
      operations.add(at(start, end, (random.nextBoolean() ? "r" : "w") + value));
      if (operations.getLast().what().charAt(0) == 'r') {
        operations.set(i, at(start, end, "w" + value));
      }
    }
    check(operations);
    operations.add(at(50_100, 50_101, "r9"));
    assertThatThrownBy(() -> check(operations)).isInstanceOf(AssertionError.class);
  }
}
