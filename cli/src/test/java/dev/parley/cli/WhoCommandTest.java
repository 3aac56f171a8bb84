package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhoCommandTest {
  private final long self = ProcessHandle.current().pid();

  @TempDir Path directory;
  private InProcess parley;

  @BeforeEach
  void space() {
    parley = new InProcess(directory.resolve("space"));
  }

  @Test
  void holdersOfAFileAreListedAndNobodyIsOne() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    InProcess.Result nobody = parley.run("who", file.toString());
    assertNobody(nobody);
    assertThat(nobody.out()).isEmpty();

    Kernel kernel = Kernel.linux();
    try (Fd fd = kernel.openAt(Fd.CWD, file.toString(), Open.READ_WRITE, 0)) {
      assertThat(kernel.trySetLock(fd, LockKind.EXCLUSIVE, 0, 8)).isTrue();
      InProcess.Result text = parley.run("who", file.toString());
      assertThat(text.code()).isZero();
      assertThat(text.out()).contains("PID", self + "", "reads+writes", "ofd exclusive 0-7");
      List<Map<String, Object>> ties = parley.json("who", file.toString());
      Map<String, Object> lock =
          ties.stream().filter(tie -> "locks".equals(tie.get("how"))).findFirst().orElseThrow();
      assertThat(lock).containsEntry("pid", (int) self);
      assertThat(lock.get("lock"))
          .isEqualTo(Map.of("kind", "ofd", "exclusive", true, "start", 0, "end", 7));
    }
  }

  @Test
  void aNameIsAskedOfTheSpaceFirst() throws Exception {
    try (Space space = Space.open(parley.space());
        Queue queue = space.queue("mails")) {
      assertNobody(parley.run("who", "mails"));
      queue.send(Outgoing.of("letter"));
      Claim claim = queue.tryClaim().orElseThrow();
      List<Map<String, Object>> holders = parley.json("who", "mails");
      assertThat(holders.getFirst())
          .containsEntry("how", "holds")
          .containsEntry("pid", (int) self)
          .containsEntry("claims", 1);
      claim.ack();
      Thread waiter = Thread.ofVirtual().start(() -> awaitMessage(queue));
      await().until(() -> parley.run("who", "mails").out().contains("for messages of mails"));
      queue.send(Outgoing.of("letter"));
      waiter.join();
    }
  }

  private static void awaitMessage(Queue queue) {
    try (Claim claim = queue.claim(Duration.ofMinutes(1)).orElseThrow()) {
      claim.ack();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    InProcess.Result missing = parley.run("who", directory.resolve("missing").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("ENOENT").doesNotContain("Exception");
    InProcess.Result name = parley.run("who", "no-such-name");
    assertThat(name.code()).isEqualTo(1);
    assertThat(name.err()).contains("say ./no-such-name");
    assertThat(Files.exists(parley.space())).as("looking makes no space").isFalse();
    assertThat(parley.run("who", "").code()).isEqualTo(64);
    assertThat(parley.run("who").code()).isEqualTo(64);
    assertThat(parley.run("who", "a", "--file", "b").code()).isEqualTo(64);
    assertNobody(parley.run("who", "@no-such-socket"));
  }

  /// "Nobody" and "nobody that I may see" are two answers.
  private static void assertNobody(InProcess.Result result) {
    assertThat(result.code()).isEqualTo(result.err().contains("not seen") ? 77 : 1);
  }

  @Test
  void limitsAreListedWithTheirUse() throws Exception {
    InProcess.Result text = parley.run("limits");
    assertThat(text.code()).isZero();
    assertThat(text.out()).contains("fs.inotify.max_user_watches", "RLIMIT_NOFILE");
    Map<String, Object> own =
        parley.json("limits").stream()
            .filter(limit -> limit.get("limit").equals("open files of this process"))
            .findFirst()
            .orElseThrow();
    assertThat((int) own.get("used")).isPositive();
  }
}
