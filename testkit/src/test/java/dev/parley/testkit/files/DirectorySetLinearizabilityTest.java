package dev.parley.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.set.DirectorySet;
import dev.parley.testkit.Child;
import dev.parley.testkit.Linearizability;
import dev.parley.testkit.Linearizability.Operation;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What several processes see of one set, some of it through a listing of many calls, has an order.
@Timeout(300)
class DirectorySetLinearizabilityTest {
  private static final int PROCESSES = 4;
  private static final int ROUNDS = 400;

  @TempDir private Path directory;

  @Test
  void severalProcessesSeeOneOrderOfOperations() throws Exception {
    Path path = directory.resolve("set");
    DirectorySet.open(path, FileOptions.defaults()).close();
    // So that a listing takes several calls.
    for (int i = 0; i < 12_000; i++) Files.createFile(path.resolve("filling-up-the-listing-" + i));
    List<Operation<Seen>> operations = new ArrayList<>();
    try (ProcessHarness processes = new ProcessHarness()) {
      List<Child> children = new ArrayList<>();
      for (int p = 0; p < PROCESSES; p++) {
        children.add(processes.java(Actor.class, "set", path.toString(), String.valueOf(p)));
      }
      for (Child child : children) child.awaitLine("ready");
      for (Child child : children) child.say(String.valueOf(ROUNDS));
      for (Child child : children) {
        assertThat(child.awaitExit()).as(child.output()).isZero();
        child.output().lines().skip(1).forEach(line -> operations.add(operation(line)));
      }
    }
    assertThat(operations).hasSize(PROCESSES * ROUNDS);
    assertThat(operations).anyMatch(each -> each.what().act.equals("snapshot"));
    Linearizability.check(Set.of(), operations, DirectorySetLinearizabilityTest::after);
  }

  /// What was done and answered: for a snapshot the elements, else true or false.
  private record Seen(String act, String element, Set<String> answer) {}

  private static Operation<Seen> operation(String line) {
    String[] words = line.split(" ");
    Set<String> answer = new TreeSet<>(List.of(words).subList(4, words.length));
    return new Operation<>(
        Long.parseLong(words[0]), Long.parseLong(words[1]), new Seen(words[2], words[3], answer));
  }

  private static @Nullable Set<String> after(Set<String> state, Seen seen) {
    if (seen.act.equals("snapshot")) return seen.answer.equals(state) ? state : null;
    boolean was = state.contains(seen.element);
    boolean answer = seen.answer.contains("true");
    Set<String> after = new HashSet<>(state);
    return switch (seen.act) {
      case "contains" -> answer == was ? state : null;
      case "add" -> {
        after.add(seen.element);
        yield answer == was ? null : after;
      }
      case "remove" -> {
        after.remove(seen.element);
        yield answer == was ? after : null;
      }
      default -> throw new IllegalArgumentException(seen.act);
    };
  }
}
