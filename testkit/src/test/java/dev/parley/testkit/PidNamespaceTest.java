package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.SpawnRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member is alive as long as the kernel holds its lock, whatever its PID means to the one who
/// looks.
class PidNamespaceTest {
  private static final int SIGKILL = 9;
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration BRIEF = Duration.ofMillis(200);

  @TempDir Path directory;

  @Test
  void oneOfThoseWhoWaitOutsideGetsTheMessageOfADeadHolderInside() throws Exception {
    requireNamespaces();
    try (ProcessHarness processes = ProcessHarness.inPidNamespaces();
        Space space = Space.open(directory);
        Queue queue = space.queue("mails");
        Queue other = space.queue("mails")) {
      Child holder = holder(processes, queue);
      BlockingQueue<Claim> claimed = new LinkedBlockingQueue<>();
      Thread first = waiter(queue, claimed);
      Thread second = waiter(other, claimed);

      holder.kill();

      Claim claim = claimed.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(claim).isNotNull();
      assertThat(claim.message().text()).isEqualTo("letter");
      assertThat(claim.message().attempt()).isEqualTo(2);
      Await.until("the dead member is gone", () -> space.members().size() == 1);
      assertThat(queue.stats().claimed()).isOne();
      claim.ack();

      // The other one goes on waiting, and gets the next message, not that one again.
      queue.send(Outgoing.of("next letter"));
      first.join(LONG);
      second.join(LONG);
      assertThat(claimed).hasSize(1);
      assertThat(claimed.remove().message().text()).isEqualTo("next letter");
    }
  }

  @Test
  void aStoppedHolderInsideKeepsItsClaim() throws Exception {
    requireNamespaces();
    try (ProcessHarness processes = ProcessHarness.inPidNamespaces();
        Space space = Space.open(directory);
        Queue queue = space.queue("mails")) {
      Child holder = holder(processes, queue);
      holder.stop();
      assertThat(space.reap()).isZero();
      assertThat(queue.claim(BRIEF)).isEmpty();
      assertThat(queue.stats().claimed()).isOne();

      holder.resume();
      assertThat(holder.ask("ack")).isEqualTo("done");
      assertThat(queue.stats().claimed()).isZero();
    }
  }

  @Test
  void aCommandThatInheritedTheMemberKeepsTheClaimOfItsDeadParent() throws Exception {
    Path gate = directory.resolve("gate");
    ProcessHarness.run("mkfifo", gate.toString());
    try (ProcessHarness processes = new ProcessHarness();
        Space space = Space.open(directory.resolve("space"));
        Queue queue = space.queue("mails")) {
      queue.send(Outgoing.of("letter"));
      Child parent = processes.java(Parent.class, space.path().toString(), gate.toString());
      parent.awaitLine("started");

      // The parent alone: its command waits at the gate.
      Kernel.linux().kill((int) parent.pid(), SIGKILL);
      assertThat(parent.awaitExit()).isEqualTo(128 + SIGKILL);
      assertThat(space.reap()).isZero();
      assertThat(queue.claim(BRIEF)).isEmpty();
      assertThat(queue.stats().claimed()).isOne();

      BlockingQueue<Claim> claimed = new LinkedBlockingQueue<>();
      Thread waiter = waiter(queue, claimed);
      Files.writeString(gate, "go\n");
      waiter.join(LONG);
      assertThat(claimed).hasSize(1);
      assertThat(claimed.remove().message().attempt()).isEqualTo(2);
    }
  }

  /// Claims a message and starts a command that inherits its member and reads from a FIFO.
  static final class Parent {
    public static void main(String[] arguments) throws Exception {
      Kernel kernel = Kernel.linux();
      try (Space space = Space.open(Path.of(arguments[0]));
          Queue queue = space.queue("mails");
          Claim claim = queue.claim();
          Fd nothing = kernel.openAt(Fd.CWD, "/dev/null", Open.READ_WRITE, 0)) {
        kernel.spawn(
            new SpawnRequest(
                List.of("sh", "-c", "read line <\"$1\"", "sh", arguments[1]),
                Map.of("PATH", "/usr/bin:/bin"),
                Map.of(0, nothing, 1, nothing, 2, nothing, 3, space.self().descriptor()),
                true));
        System.out.println("started with " + claim.message().id());
        new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
      }
    }
  }

  private static void requireNamespaces() {
    assumeTrue(ProcessHarness.isRoot(), "needs root for a PID namespace");
  }

  private Child holder(ProcessHarness processes, Queue queue) throws Exception {
    queue.send(Outgoing.of("letter"));
    Child holder = processes.java(Puppet.class, directory.toString());
    assertThat(holder.ask("claim mails 60000")).startsWith("claimed");
    return holder;
  }

  /// A thread that waits for one message; it waits already.
  private static Thread waiter(Queue queue, BlockingQueue<Claim> claimed) throws Exception {
    Thread waiter =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    queue.claim(LONG).ifPresent(claimed::add);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
    Await.until(
        "somebody waits",
        () ->
            waiter.getState() == Thread.State.TIMED_WAITING
                || waiter.getState() == Thread.State.WAITING);
    return waiter;
  }
}
