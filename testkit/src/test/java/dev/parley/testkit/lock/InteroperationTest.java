package dev.parley.testkit.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.lock.GitLock;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Child;
import dev.parley.testkit.LockPuppet;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Locks of Parley's beside the programs that use the same ones: each excludes the other, and what
/// both count is exact.
class InteroperationTest {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int TIMES = 30;

  @TempDir private Path dir;
  private final ProcessHarness processes = new ProcessHarness();

  @AfterEach
  void endProcesses() {
    processes.close();
  }

  // ---- flock(1)

  @Test
  void flockAndOursExcludeEachOther() throws Exception {
    require("flock");
    try (LockFile file = open(Kind.FLOCK)) {
      try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
        assertThat(status("flock -n $L true")).isEqualTo(1);
        assertThat(status("flock -n -s $L true")).isEqualTo(1);
      }
      try (HeldLock _ = file.acquire(LockKind.SHARED)) {
        assertThat(status("flock -n -s $L true")).isZero();
        assertThat(status("flock -n $L true")).isEqualTo(1);
      }
      Child theirs = shell("flock $L sh -c 'echo held; read line'");
      theirs.awaitLine("held");
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(file.tryAcquire(LockKind.SHARED)).isEmpty();
      theirs.hangUp();
      file.acquire(LockKind.EXCLUSIVE, SOON).orElseThrow().close();
    }
  }

  @Test
  void flockAndOursCountExactly() throws Exception {
    require("flock");
    countWith(Kind.FLOCK, "flock $L sh -c \"$COUNT\"", 0);
  }

  @Test
  void lslocksShowsOurs() throws Exception {
    require("lslocks");
    try (LockFile flock = open(Kind.FLOCK);
        LockFile posix = LockFile.open(Kernel.linux(), dir.resolve("posix"), Kind.POSIX);
        HeldLock _ = flock.acquire(LockKind.EXCLUSIVE);
        HeldLock _ = posix.acquire(LockKind.SHARED)) {
      List<String> lines =
          ProcessHarness.run("lslocks", "-n", "-r", "-u", "-o", "PID,TYPE,MODE,PATH")
              .lines()
              .toList();
      long pid = ProcessHandle.current().pid();
      assertThat(lines)
          .contains(pid + " FLOCK WRITE " + lock(), pid + " POSIX READ " + dir.resolve("posix"));
    }
  }

  /// They remove their lock file when they are done; so the name leads to another file each time.
  @Test
  void whoRemovesTheLockFileAfterUseCountsExactlyToo() throws Exception {
    require("flock");
    countWith(Kind.FLOCK, REMOVING, 0);
  }

  /// Locks, looks whether it is the right file, removes it before it gives it back.
  private static final String REMOVING =
      """
      while :; do
        exec 9>>$L; flock 9
        [ "$(stat -L -c %i /proc/self/fd/9)" = "$(stat -c %i $L 2>/dev/null)" ] && break
      done; sh -c "$COUNT"; rm $L; exec 9>&-""";

  // ---- fcntl: Python, the JDK

  @Test
  void pythonsFlockAndLockfExcludeOurs() throws Exception {
    require("python3");
    pythonExcludes("flock", Kind.FLOCK);
    pythonExcludes("lockf", Kind.OFD);
    pythonExcludes("lockf", Kind.POSIX);
  }

  private void pythonExcludes(String call, Kind kind) throws Exception {
    try (LockFile file = open(kind)) {
      try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
        assertThat(status(python(call, "LOCK_EX | fcntl.LOCK_NB"))).as(kind.toString()).isOne();
        assertThat(status(python(call, "LOCK_SH | fcntl.LOCK_NB"))).as(kind.toString()).isOne();
      }
      try (HeldLock _ = file.acquire(LockKind.SHARED)) {
        assertThat(status(python(call, "LOCK_SH | fcntl.LOCK_NB"))).as(kind.toString()).isZero();
      }
      Child theirs = shell(python(call, "LOCK_EX"));
      theirs.awaitLine("held");
      assertThat(file.tryAcquire(LockKind.SHARED)).as(kind.toString()).isEmpty();
      theirs.hangUp();
      file.acquire(LockKind.EXCLUSIVE, SOON).orElseThrow().close();
    }
  }

  private static String python(String call, String mode) {
    return """
        python3 -c "
        import fcntl, sys
        f = open('$L', 'r+')
        fcntl.%s(f, fcntl.%s)
        print('held', flush=True)
        sys.stdin.readline()" 2>/dev/null"""
        .formatted(call, mode);
  }

  @Test
  void pythonsLockfAndBothOfOursCountExactly() throws Exception {
    require("python3");
    String program =
        """
        python3 -c "
        import fcntl, subprocess, os
        for i in range(%d):
            f = open('$L', 'r+')
            fcntl.lockf(f, fcntl.LOCK_EX)
            subprocess.run(['sh', '-c', os.environ['COUNT']])
            f.close()"
        """
            .formatted(TIMES);
    Files.createFile(lock());
    Child posix = puppet(Kind.POSIX);
    posix.say("count " + counter() + " " + TIMES);
    countWith(Kind.OFD, program, 1);
    posix.awaitLine("counted");
    assertThat(counter()).hasContent(String.valueOf(3 * TIMES));
  }

  @Test
  void theJdksFileLockExcludesOurs() throws Exception {
    try (FileChannel channel =
            FileChannel.open(
                lock(),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        LockFile file = open(Kind.OFD)) {
      try (FileLock _ = channel.lock()) {
        assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      }
      try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
        assertThat(channel.tryLock()).isNull();
      }
    }
  }

  // ---- dotlockfile, lockfile

  @Test
  void dotlockfileAndOursExcludeEachOther() throws Exception {
    require("dotlockfile");
    try (LockFile file = open(Kind.DOT)) {
      HeldLock held = file.acquire(LockKind.EXCLUSIVE);
      assertThat(status("dotlockfile -r 0 -l $L")).isNotZero();
      assertThat(status("dotlockfile -r 0 -p -l $L")).isNotZero();
      assertThat(held.isHeld()).isTrue();
      held.close();
      assertThat(status("dotlockfile -r 0 -l $L")).isZero();
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).as("held by whom it does not say").isEmpty();
      Files.setLastModifiedTime(lock(), FileTime.fromMillis(0));
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).as("however old").isEmpty();
      assertThat(status("dotlockfile -u $L")).isZero();
      Child theirs = shell("dotlockfile -p -l $L sh -c 'echo held; read line'");
      theirs.awaitLine("held");
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      theirs.hangUp();
      file.acquire(LockKind.EXCLUSIVE, SOON).orElseThrow().close();
    }
  }

  @Test
  void whatADeadDotlockfileLeftWithAPidIsTaken() throws Exception {
    require("dotlockfile");
    Child theirs = shell("exec dotlockfile -p -l $L sh -c 'echo held; exec sleep 1000'");
    theirs.awaitLine("held");
    theirs.kill();
    assertThat(lock()).exists();
    try (LockFile file = open(Kind.DOT)) {
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
    assertThat(lock()).doesNotExist();
  }

  @Test
  void whatADeadHolderOfOursLeftIsTakenByDotlockfileWithAPid() throws Exception {
    require("dotlockfile");
    Child ours = puppet(Kind.DOT);
    assertThat(ours.ask("try")).isEqualTo("held");
    ours.kill();
    assertThat(status("dotlockfile -r 0 -p -l $L")).isZero();
  }

  @Test
  void dotlockfileAndOursCountExactly() throws Exception {
    require("dotlockfile");
    String take = "until dotlockfile -q -r 0 -p -l $L; do sleep 0.01; done; ";
    countWith(Kind.DOT, take + "sh -c \"$COUNT\"; dotlockfile -u $L", 0);
  }

  @Test
  void lockfileAndOursExcludeEachOther() throws Exception {
    require("lockfile");
    try (LockFile file = open(Kind.DOT)) {
      HeldLock held = file.acquire(LockKind.EXCLUSIVE);
      assertThat(status("lockfile -r 0 $L")).isNotZero();
      held.close();
      assertThat(status("lockfile -r 0 $L")).isZero();
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      Files.delete(lock());
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }

  @Test
  void lockfileAndOursCountExactly() throws Exception {
    require("lockfile");
    String take = "until lockfile -r 0 $L 2>/dev/null; do sleep 0.01; done; ";
    countWith(Kind.DOT, take + "sh -c \"$COUNT\"; rm -f $L", 0);
  }

  // ---- PID files

  @Test
  void startStopDaemonSeesOursRunAndEnd() throws Exception {
    require("start-stop-daemon");
    try (LockFile file = open(Kind.PID)) {
      try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
        assertThat(status("start-stop-daemon --status --pidfile $L")).isZero();
        assertThat(status("[ -d /proc/$(cat $L) ] && kill -0 $(cat $L)")).isZero();
      }
      assertThat(status("start-stop-daemon --status --pidfile $L")).isEqualTo(3);
    }
  }

  @Test
  void daemonsThatLockTheirPidFileExcludeOurs() throws Exception {
    require("flock");
    try (LockFile file = open(Kind.PID)) {
      Child daemon = shell("exec 9>>$L; flock -n 9 && echo 0 >&9 && echo held; read line");
      daemon.awaitLine("held");
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      daemon.hangUp();
      daemon.awaitExit();
      Files.delete(lock());
      try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
        assertThat(status("exec 9>>$L; flock -n 9")).isEqualTo(1);
      }
    }
  }

  // ---- git

  @Test
  void gitAndOursExcludeEachOther() throws Exception {
    require("git");
    assertThat(status("git init -q repository && touch repository/file")).isZero();
    Path index = dir.resolve("repository/.git/index");
    try (GitLock _ = GitLock.tryAcquire(Kernel.linux(), index).orElseThrow()) {
      assertThat(output("git -C repository add file 2>&1; true"))
          .contains("index.lock': File exists");
    }
    assertThat(status("git -C repository add file")).isZero();
    Files.createFile(dir.resolve("repository/.git/index.lock"));
    assertThat(GitLock.tryAcquire(Kernel.linux(), index)).isEmpty();
  }

  @Test
  void gitsAndOurChangesOfOneFileAllArrive() throws Exception {
    require("git");
    Path config = Files.createFile(dir.resolve("config"));
    Child theirs =
        shell(
            """
            for i in $(seq 30); do
              until git config -f config theirs.n$i x 2>/dev/null; do :; done
            done; echo done""");
    for (int i = 0; i < 30; i++) {
      try (GitLock lock = GitLock.acquire(Kernel.linux(), config, SOON).orElseThrow()) {
        lock.write(Files.readAllBytes(config));
        lock.write("[ours]\n\tn%d = x\n".formatted(i).getBytes(UTF_8));
        lock.commit(false);
      }
    }
    theirs.awaitLine("done");
    String all = output("git config -f config --name-only --list");
    assertThat(all.lines().filter(line -> line.startsWith("theirs."))).hasSize(30);
    assertThat(all.lines().filter(line -> line.startsWith("ours."))).hasSize(30);
  }

  // ---- what the tests share

  /// Lets a process of ours and `program`, as often, count under the lock.
  ///
  /// @param loops 0 to run the program that often, 1 if it does so itself
  private void countWith(Kind kind, String program, int loops) throws Exception {
    Child ours = puppet(kind);
    ours.say("count " + counter() + " " + TIMES);
    String often = loops == 0 ? "for i in $(seq " + TIMES + "); do " + program + "; done" : program;
    Child theirs = shell(often.strip() + "; echo done");
    theirs.awaitLine("done");
    ours.awaitLine("counted");
    if (loops == 0) assertThat(counter()).hasContent(String.valueOf(2 * TIMES));
  }

  private Path lock() {
    return dir.resolve("lock");
  }

  private Path counter() {
    return dir.resolve("counter");
  }

  private LockFile open(Kind kind) throws IOException {
    return LockFile.open(Kernel.linux(), lock(), kind);
  }

  private Child puppet(Kind kind) throws IOException {
    return processes.java(LockPuppet.class, lock().toString(), kind.name());
  }

  /// A shell script in the directory, with the lock in L and a step of counting in COUNT.
  private Child shell(String script) throws IOException {
    String setting =
        "cd %s; L=%s; export L; COUNT='n=$(cat %s 2>/dev/null || echo 0); echo $((n + 1)) >%s'; export COUNT\n"
            .formatted(dir, lock(), counter(), counter());
    return processes.program("bash", "-c", setting + script);
  }

  private int status(String script) throws Exception {
    Child child = shell(script);
    child.hangUp();
    return child.awaitExit();
  }

  private String output(String script) throws Exception {
    Child child = shell(script);
    child.hangUp();
    assertThat(child.awaitExit()).as(child.output()).isZero();
    return child.output();
  }

  private static void require(String program) throws Exception {
    assumeTrue(ProcessHarness.has(program), program + " is not installed");
  }
}
