package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessHarnessTest {
  @Test
  void talksWithAJvmAndKillsIt() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      Child echo = processes.java(Echo.class, "first");
      assertThat(echo.awaitLine("first")).isEqualTo("first " + echo.pid());
      assertThat(echo.ask("second")).isEqualTo("second " + echo.pid());
      echo.kill();
      assertThat(echo.awaitExit()).isEqualTo(128 + 9);
    }
  }

  @Test
  void stopsAndResumes() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      Child cat = processes.program("cat");
      cat.stop();
      cat.say("hello");
      assertThat(cat.output()).isEmpty();
      cat.resume();
      assertThat(cat.awaitLine("hello")).isEqualTo("hello");
      cat.hangUp();
      assertThat(cat.awaitExit()).isZero();
    }
  }

  @Test
  void aMissingAnswerShowsWhatWasPrinted() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      Child child = processes.program("sh", "-c", "echo something else");
      assertThatThrownBy(() -> child.awaitLine("this"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("something else");
    }
  }

  @Test
  void noProcessOutlivesTheHarness() throws Exception {
    Child child;
    try (ProcessHarness processes = new ProcessHarness()) {
      child = processes.program("sleep", "1000");
    }
    assertThat(child.awaitExit()).isEqualTo(128 + 9);
  }

  @Test
  void runsInANamespaceOfItsOwn() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root for a PID namespace");
    try (ProcessHarness processes = ProcessHarness.inPidNamespaces()) {
      Child child = processes.java(Echo.class, "pid");
      assertThat(child.awaitLine("pid")).isEqualTo("pid 1");
      child.kill();
    }
  }

  @Test
  void runsAsAnotherUser() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root to become another user");
    try (ProcessHarness processes = ProcessHarness.asUser(12345, 12346, 12347)) {
      assertThat(processes.program("id").awaitLine("uid"))
          .contains("uid=12345")
          .contains("gid=12346")
          .contains("12347");
    }
  }

  /// Prints its argument, then every line it reads, each with its process id.
  static final class Echo {
    public static void main(String[] arguments) throws IOException {
      System.out.println(arguments[0] + " " + ProcessHandle.current().pid());
      while (true) {
        String line = new String(System.in.readNBytes(7)).strip();
        if (line.isEmpty()) return;
        System.out.println(line + " " + ProcessHandle.current().pid());
      }
    }
  }
}
