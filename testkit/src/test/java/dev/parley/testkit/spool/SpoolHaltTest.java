package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.testkit.Child;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.Puppet;
import dev.parley.testkit.spool.Promises.Acknowledged;
import dev.parley.testkit.spool.Promises.Began;
import dev.parley.testkit.spool.Promises.Keeping;
import dev.parley.testkit.spool.Promises.MayBeDead;
import dev.parley.testkit.spool.Promises.MayBeGone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real JVMs halt right before some system calls of a send, a claim, an acknowledgement, a failure
/// and a reaping; another process finds a promised state. [QueueDeathTest] does the same before
/// each call, and for everything else, without the JVMs.
@Timeout(300)
class SpoolHaltTest {
  private static final int HALTED = 3;
  private static final int HALTS = 3;
  private static final int RUNS_THROUGH = Integer.MAX_VALUE;

  @TempDir(factory = InMemory.class)
  private Path dir;

  @Test
  void inASend() throws Exception {
    halts(
        "send mails new id=7",
        List.of(),
        List.of(new Began("new", Optional.of("7"))),
        List.of(new Acknowledged("new", Optional.of("7"))));
  }

  @Test
  void inAClaim() throws Exception {
    halts("claim mails 0", List.of(), List.of(), List.of());
  }

  @Test
  void inAnAcknowledgement() throws Exception {
    halts("ack", List.of("claim mails 0"), List.of(new MayBeGone("a")), List.of());
  }

  @Test
  void inAFailure() throws Exception {
    halts("nack", List.of("claim mails 0"), List.of(new MayBeDead("a")), List.of());
  }

  @Test
  void inAReaping() throws Exception {
    halts("reap", List.of(), List.of(), List.of());
  }

  /// Spread evenly from the command's first system call to its last.
  private void halts(String command, List<String> before, List<Object> during, List<Object> after)
      throws Exception {
    int calls = run(command, before, during, after, RUNS_THROUGH);
    assertThat(calls).as("system calls").isPositive();
    int halts = Math.min(HALTS, calls);
    for (int i = 0; i < halts; i++) {
      int nth = 1 + i * (calls - 1) / Math.max(1, halts - 1);
      try {
        run(command, before, during, after, nth);
      } catch (AssertionError | Exception e) {
        throw new AssertionError("halted before call " + nth + ": " + e, e);
      }
    }
  }

  /// Runs a command until right before its `nth` system call, or through, and checks what it
  /// leaves.
  ///
  /// @return how many system calls it made, if it ran through
  private int run(
      String command, List<String> before, List<Object> during, List<Object> after, int nth)
      throws Exception {
    Path place = dir.resolve(command.replace(' ', '-') + nth);
    List<Object> promises = new ArrayList<>(during);
    try (Space space = Space.open(place);
        Queue queue = space.queue(Act.QUEUE)) {
      for (String text : List.of("a", "b", "c")) {
        queue.send(Outgoing.of(text));
        promises.add(new Acknowledged(text, Optional.empty()));
      }
    }
    int calls = 0;
    try (ProcessHarness processes = new ProcessHarness()) {
      if (command.equals("reap")) leaveSomethingToReap(processes, place);
      Child child = processes.java(Puppet.class, place.toString());
      child.ask("member");
      for (String each : before) assertThat(child.ask(each)).doesNotStartWith("failed");
      int callsBefore = calls(child);
      assertThat(child.ask("halt " + nth)).isEqualTo("armed");
      Optional<String> answer = child.tryAsk(command);
      if (answer.isEmpty()) {
        assertThat(child.awaitExit()).isEqualTo(HALTED);
      } else {
        assertThat(answer.get()).doesNotStartWith("failed");
        promises.addAll(after);
        calls = calls(child) - callsBefore;
        child.kill();
      }
    }
    try (Space space = Space.open(place)) {
      new Promises(promises).check(space, Act.QUEUE, Keeping.ALL);
    }
    return calls;
  }

  private static void leaveSomethingToReap(ProcessHarness processes, Path place) throws Exception {
    Child victim = processes.java(Puppet.class, place.toString());
    assertThat(victim.ask("claim mails 60000")).startsWith("claimed");
    victim.kill();
  }

  private static int calls(Child child) throws Exception {
    return Integer.parseInt(child.ask("count").substring("counted ".length()));
  }
}
