package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.cli.ParleyProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `parley lock` with real commands, real signals and real deaths.
class LockTest {
  @TempDir Path directory;
  private Path space;
  private Path file;
  private InProcess here;

  /// Besides the shell's function there is a program, for commands that run parley themselves.
  @BeforeEach
  void space() throws IOException {
    Path program = Files.createDirectory(directory.resolve("bin")).resolve("parley");
    Files.writeString(program, "#!/bin/sh\nexec " + ParleyProcess.java() + " \"$@\"\n");
    Files.setAttribute(program, "unix:mode", 0755);
    space = directory.resolve("space");
    file = directory.resolve("file");
    here = new InProcess(space);
  }

  // ---- what the command is given, and what it gives

  @Test
  void theCommandsStatusAndStreamsPassThrough() throws Exception {
    Result result =
        run("echo in | parley lock --file $F -- sh -c 'cat; echo err >&2; exit 7'; echo $?");
    assertThat(result.out()).isEqualTo("in\n7\n");
    assertThat(result.err()).isEqualTo("err\n");
    result = run("parley lock --file $F -- sh -c 'kill -9 $$'; echo $?");
    assertThat(result.out()).isEqualTo("137\n");
  }

  @Test
  void theCommandKnowsWhatIsLocked() throws Exception {
    Result result = run("parley lock --file $F -- sh -c 'echo $PARLEY_LOCK ${PARLEY_TOKEN-none}'");
    assertThat(result.out()).isEqualTo(file + " none\n");
    result =
        run("parley lock job -- sh -c 'echo $PARLEY_LOCK; echo $PARLEY_SPACE; echo $PARLEY_TOKEN'");
    assertThat(result.out().lines().toList())
        .startsWith(space + "/locks/job", space.toString())
        .hasSize(3);
    result = run("parley lock --file $F.git --kind git -- sh -c 'ls $PARLEY_LOCK'; ls $F.git*");
    assertThat(result.out()).isEqualTo(file + ".git.lock\n");
  }

  @Test
  void tokensGrow() throws Exception {
    Result result =
        run(
            """
            for i in 1 2; do parley lock job -- sh -c 'echo $PARLEY_TOKEN'; done
            for i in 1 2; do parley lock job -s -- sh -c 'echo $PARLEY_TOKEN'; done
            """);
    List<Long> tokens = result.out().lines().map(Long::valueOf).toList();
    assertThat(tokens).hasSize(4).isSorted().doesNotHaveDuplicates();
    assertThat(tokens.getFirst()).isGreaterThan(1L << 48);
    result =
        run(
            """
            parley lock --file $F --kind lease -- sh -c 'echo $PARLEY_TOKEN'
            parley lock --file $F --kind lease -- sh -c 'echo $PARLEY_TOKEN'
            """);
    assertThat(result.out()).isEqualTo("1\n2\n");
  }

  @Test
  void descriptorsThatParleyInheritedAreHandedOnAndNoOthers() throws Exception {
    Result result =
        run(
            """
            exec 9>nine
            list='sleep 0 3>/dev/null; for fd in /proc/$$/fd/*; do readlink $fd; done'
            parley lock --file $F -- sh -c "$list" | grep -v pipe
            echo; parley lock --file $F -o -- sh -c "$list" | grep -v pipe
            echo; parley lock --file $F -F -- sh -c "$list" | grep -v pipe
            echo; parley lock --file $F -- sh -c 'readlink /proc/$$/fd/32' 30>thirty 31>more
            """);
    assertThat(result.err()).isEmpty();
    String[] runs = result.out().split("\n\n");
    for (int i = 0; i < 3; i++) {
      List<String> files = runs[i].lines().filter(each -> !isStream(each)).toList();
      assertThat(files).as("run %d", i).anyMatch(each -> each.endsWith("/nine"));
      if (i == 1) assertThat(files).hasSize(1);
      else assertThat(files).contains(file.toString()).hasSize(2);
    }
    assertThat(runs[3]).isEqualTo(file + "\n");
  }

  /// What a shell has anyway.
  private static boolean isStream(String target) {
    return target.equals("/dev/null") || target.contains("/run") && target.endsWith("/err");
  }

  @Test
  void aLockAroundALockIsHeldByTheInnerCommandToo() throws Exception {
    try (ParleyProcess outer =
        ParleyProcess.start(
            space, f("parley lock --file $F -- parley lock --file $F.2 -- " + gate()))) {
      awaitStart(outer);
      for (long pid : javas(outer)) kill(pid);
      assertThat(run("flock -n $F true || echo held; flock -n $F.2 true || echo held").out())
          .isEqualTo("held\nheld\n");
      open();
      await()
          .until(
              () ->
                  run("flock -n $F true && flock -n $F.2 true && echo free")
                      .out()
                      .equals("free\n"));
    }
  }

  // ---- busy

  @Test
  void whoDoesNotWaitLongEnoughIsToldWhoHoldsIt() throws Exception {
    try (ParleyProcess holder = holder("--file $F")) {
      Result result = run("parley lock --file $F -n -- echo never; echo $?");
      assertThat(result.out()).isEqualTo("75\n");
      assertThat(result.err()).contains(file + " is locked by process ").hasLineCount(1);
      result = run("parley lock --file $F -w 0.1 -E 3 -- echo never; echo $?");
      assertThat(result.out()).isEqualTo("3\n");
      result = run("parley lock --file $F -s -w 100ms -- echo never; echo $?");
      assertThat(result.out()).isEqualTo("75\n");
    }
  }

  @Test
  void whoWaitsRunsAfterwards() throws Exception {
    try (ParleyProcess holder = holder("--file $F");
        ParleyProcess waiter =
            ParleyProcess.start(space, f("parley lock --file $F -- echo ran; exit $?"))) {
      await()
          .until(
              () ->
                  run("cat /proc/locks | grep -c -- '->'; true").out().strip().compareTo("0") > 0);
      assertThat(waiter.out()).isEmpty();
      open();
      assertThat(waiter.awaitEnd().out()).isEqualTo("ran\n");
    }
  }

  @Test
  void sharersRunTogether() throws Exception {
    try (ParleyProcess holder = holder("--file $F -s")) {
      assertThat(run("parley lock --file $F -s -n -- echo shared").out()).isEqualTo("shared\n");
      assertThat(run("parley lock --file $F -n -- echo never; echo $?").out()).isEqualTo("75\n");
    }
    try (ParleyProcess holder = holder("job -s")) {
      assertThat(run("parley lock job -s -n -- echo shared").out()).isEqualTo("shared\n");
      Result result = run("parley lock job -n -- echo never; echo $?");
      assertThat(result.out()).isEqualTo("75\n");
      assertThat(result.err()).contains("process ", ", shared");
    }
  }

  @Test
  void aNameIsShownByLsWithItsHolder() throws Exception {
    try (ParleyProcess holder = holder("nightly")) {
      Map<String, Object> held = here.json("ls", "nightly").getFirst();
      assertThat(held).containsEntry("kind", "lock").containsEntry("held", true);
      assertThat(held.get("holder").toString())
          .contains("parley lock nightly -- ")
          .doesNotContain(String.valueOf(holder.parley().pid()));
      assertThat(here.run("ls").out()).contains("nightly", "lock");
      open();
      holder.awaitEnd();
    }
    assertThat(here.json("ls", "nightly").getFirst()).containsEntry("held", false);
    assertThat(here.run("fsck").code()).isZero();
    Files.writeString(space.resolve("locks/nightly"), "nonsense");
    assertThat(here.run("fsck").out()).contains("locks/nightly", "damaged");
    assertThat(here.json("ls", "nightly")).hasSize(1);
  }

  @Test
  void aLockIsNotReentrantAndSaysSo() throws Exception {
    Result result =
        run("parley lock --file $F -- parley lock --file $F -w 100ms -- echo never; echo $?");
    assertThat(result.out()).isEqualTo("75\n");
    assertThat(result.err()).contains("not reentrant");
  }

  @Test
  void aLockWhoseFileIsRemovedWhileItIsHeldIsSaidToBeBroken() throws Exception {
    Result result = run("parley lock --file $F -- sh -c 'rm $PARLEY_LOCK; exit 4'; echo $?");
    assertThat(result.out()).isEqualTo("4\n");
    assertThat(result.err()).contains(file + " was removed or replaced while the command ran");
    result = run("parley lock job -- sh -c 'rm $PARLEY_LOCK; touch $PARLEY_LOCK'; echo $?");
    assertThat(result.out()).isEqualTo("0\n");
    assertThat(result.err()).contains("another may have run beside it");
    result = run("parley lock --file $F --kind pid -- sh -c 'rm $PARLEY_LOCK'; echo $?");
    assertThat(result.err()).as("a daemon may remove its PID file").isEmpty();
  }

  // ---- deaths

  @Test
  void killingParleyAdmitsNobodyBesideItsCommand() throws Exception {
    for (String lock : List.of("--file $F", "--file $F.dot --kind dot", "job")) {
      try (ParleyProcess holder = holder(lock)) {
        holder.signal("KILL");
        await().until(() -> javas(holder).isEmpty());
        String another = "parley lock %s -n -- echo alone; echo $?".formatted(lock);
        assertThat(run(another).out()).as(lock).isEqualTo("75\n");
        open();
        await()
            .untilAsserted(() -> assertThat(run(another).out()).as(lock).isEqualTo("alone\n0\n"));
      }
    }
  }

  @Test
  void aDescendantThatStaysHoldsItOn() throws Exception {
    for (String lock : List.of("--file $F", "--file $F.pid --kind pid")) {
      String stays = "sh -c '(%s) >/dev/null 2>&1 &'".formatted(gateScript());
      Result result = run("parley lock %s -- %s; echo $?".formatted(lock, stays));
      assertThat(result.out()).isEqualTo("0\n");
      String another = "parley lock %s -n -- echo alone; echo $?".formatted(lock);
      assertThat(run(another).out()).as(lock).isEqualTo("75\n");
      open();
      await().untilAsserted(() -> assertThat(run(another).out()).as(lock).isEqualTo("alone\n0\n"));
      assertThat(directory.resolve("file.pid")).doesNotExist();
    }
  }

  @Test
  void withDashOTheLockIsParleysAlone() throws Exception {
    try (ParleyProcess holder = holder("--file $F -o")) {
      assertThat(run("flock -n $F true; echo $?").out()).isEqualTo("1\n");
      holder.signal("KILL");
      await().until(() -> run("flock -n $F true; echo $?").out().equals("0\n"));
      open();
    }
  }

  @Test
  void withDashFParleyBecomesTheCommand() throws Exception {
    for (String kind : List.of("flock", "posix", "pid")) {
      Path lock = directory.resolve("become." + kind);
      String options = " -F -- ";
      if (kind.equals("posix")) options = " -- "; // always so
      Result result =
          run(
              "exec "
                  + "parley lock --file %s --kind %s%s".formatted(lock, kind, options)
                  + "sh -c 'echo $$; cat %s; exit 9'".formatted(lock));
      assertThat(result.code()).isEqualTo(9);
      List<String> lines = result.out().lines().toList();
      if (kind.equals("pid")) {
        assertThat(lines.get(1)).as("its PID").isEqualTo(lines.get(0));
        // Nobody removed it; but its holder is dead, and that is known.
        assertThat(lock).exists();
        assertThat(
                run("parley lock --file %s --kind %s -n -- echo free".formatted(lock, kind)).out())
            .isEqualTo("free\n");
        assertThat(lock).doesNotExist();
      }
    }
  }

  @Test
  void aPosixLockIsTheCommandsOwn() throws Exception {
    assumeTrue(isThere("python3"), "python3 is not installed");
    Result result =
        run(
            """
            parley lock --file $F --kind posix -- python3 -c '
            import os, subprocess, sys
            script = "import fcntl, os, struct, sys; fd = os.open(sys.argv[1], os.O_RDWR); " \\
                "print(struct.unpack_from(\\"hhqqi\\", fcntl.fcntl(fd, fcntl.F_GETLK, " \\
                "struct.pack(\\"hhqqi\\", fcntl.F_WRLCK, 0, 0, 0, 0)))[4])"
            print(os.getpid(), flush=True)
            subprocess.run([sys.executable, "-c", script, os.environ["PARLEY_LOCK"]])'
            """);
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).as("the owner, as others are told").isEqualTo(lines.get(0));
  }

  @Test
  void thePidFileNamesTheCommandAndGoesWithIt() throws Exception {
    Result result =
        run(
            "parley lock --file $F --kind pid --mode 0644 -- sh -c 'sleep 0.5; echo $$; cat $PARLEY_LOCK; stat -c %a $PARLEY_LOCK'; ls $F");
    List<String> lines = result.out().lines().toList();
    assertThat(lines.get(1)).isEqualTo(lines.get(0));
    assertThat(lines).endsWith("", "1644").hasSize(4);
    assertThat(result.err()).contains("No such file");
  }

  // ---- signals

  @Test
  void sigtermIsPassedOnAndOthersAreLeftToTheCommand() throws Exception {
    try (ParleyProcess holder =
        ParleyProcess.start(
            space,
            f(
                "parley lock --file $F -- bash -c 'trap \"echo term; exit 3\" TERM; touch %s; while :; do sleep 0.05; done'; exit $?"
                    .formatted(started())))) {
      awaitStart(holder);
      holder.signal("INT");
      holder.signal("HUP");
      holder.signal("TERM");
      Result result = holder.awaitEnd();
      assertThat(result.out()).isEqualTo("term\n");
      assertThat(result.code()).isEqualTo(3);
    }
  }

  @Test
  void whoIsInterruptedWhileItWaitsEnds() throws Exception {
    try (ParleyProcess holder = holder("--file $F");
        ParleyProcess waiter =
            ParleyProcess.start(space, f("parley lock --file $F -- echo never; exit $?"))) {
      await()
          .until(
              () ->
                  run("cat /proc/locks | grep -c -- '->'; true").out().strip().compareTo("0") > 0);
      waiter.signal("TERM");
      Result result = waiter.awaitEnd();
      assertThat(result.code()).isEqualTo(143);
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void aLeaseThatIsLostEndsTheCommandAndItsDescendantsButNotItsCallers() throws Exception {
    // Who ignores SIGTERM: the command, or one that it has started.
    for (String who : List.of("trap \"\" TERM; sleep 1000 &", "(trap \"\" TERM; sleep 1000) &")) {
      String script =
          """
          cd %s; rm -rf $F
          sleep 1000 & sibling=$!
          parley lock --file $F --kind lease --lease 2s -- bash -c '
            %s echo $! >pid; touch %s; wait; wait; sleep 1000'
          echo $?
          while kill -0 $(cat pid) 2>/dev/null; do sleep 0.05; done
          kill $sibling && echo spared
          """
              .formatted(directory, who, started());
      Files.deleteIfExists(started());
      try (ParleyProcess holder = ParleyProcess.start(space, f(script))) {
        awaitStart(holder);
        // Somebody has taken the next one.
        Files.copy(file.resolve("0000000000000000001"), file.resolve("0000000000000000002"));
        Result result = holder.awaitEnd();
        assertThat(result.out()).as(who).isEqualTo("75\nspared\n");
        assertThat(result.err()).contains("lease was lost");
      }
    }
  }

  @Test
  void aLeaseIsRenewedAsLongAsTheCommandRuns() throws Exception {
    Result result =
        run(
            """
            parley lock --file $F --kind lease --lease 1s -- sh -c 'sleep 2.5; cat $PARLEY_LOCK/*1 | grep beat'
            parley lock --file $F --kind lease -n -- echo free
            """);
    assertThat(result.out()).containsPattern("beat=0+[1-9]\\d*\n").endsWith("free\n");
  }

  // ---- wrong usage and trouble

  @Test
  void wrongUsageIsExplained() {
    assertUsage(
        "needs a command after --; to lock a descriptor of your shell, use flock(1)",
        "lock",
        "job");
    assertUsage("needs a command", "lock", "--file", "x", "--");
    assertUsage("which lock?", "lock", "--", "true");
    assertUsage("one lock:", "lock", "job", "--file", "x", "--", "true");
    assertUsage("one word too many: 'b'", "lock", "a", "b", "--", "true");
    assertUsage("for --file", "lock", "a", "--kind", "ofd", "--", "true");
    assertUsage("-s or -x?", "lock", "a", "-s", "-x", "--", "true");
    assertUsage("-n or -w?", "lock", "a", "-n", "-w", "1", "--", "true");
    assertUsage("leave nobody to hold", "lock", "a", "-o", "-F", "--", "true");
    assertUsage("0 to 255", "lock", "a", "-E", "256", "--", "true");
    assertUsage("cannot be shared", "lock", "--file", "x", "--kind", "dot", "-s", "--", "true");
    assertUsage("nobody to give back", "lock", "--file", "x", "--kind", "git", "-F", "--", "true");
    assertUsage("--lease is for", "lock", "--file", "x", "--lease", "1s", "--", "true");
    assertUsage(
        "from 100 ms", "lock", "--file", "x", "--kind", "lease", "--lease", "1ms", "--", "true");
    assertUsage("no mode", "lock", "--file", "x", "--mode", "rw", "--", "true");
    assertUsage("-o would give up", "lock", "--file", "x", "--kind", "posix", "-o", "--", "true");
    assertUsage("one of [flock, ofd,", "lock", "--file", "x", "--kind", "none", "--", "true");
    assertUsage("'reaper' is a lock of Parley's own", "lock", "reaper", "--", "true");
    assertUsage("no valid name", "lock", "../x", "--", "true");
    assertUsage("got ''", "lock", "--file", "", "--", "true");
    assertThat(directory.resolve("x")).doesNotExist();
  }

  private void assertUsage(String message, String... words) {
    InProcess.Result result = here.run(words);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).as(result.err()).isEqualTo(64);
  }

  @Test
  void aCommandThatCannotRunIsSaidBeforeTheLockIsTaken() throws Exception {
    Result result = run("parley lock --file $F -- no-such-command; echo $?; ls $F");
    assertThat(result.out()).isEqualTo("69\n");
    assertThat(result.err()).contains("cannot run no-such-command", "No such file");
  }

  @Test
  void aScriptWithoutAFirstLineCannotRunAndLeavesNoLock() throws Exception {
    Path script = Files.writeString(directory.resolve("script"), "echo hello\n");
    script.toFile().setExecutable(true);
    Result result = run("parley lock --file $F.pid --kind pid -- %s; echo $?".formatted(script));
    assertThat(result.out()).isEqualTo("69\n");
    assertThat(directory.resolve("file.pid")).doesNotExist();
  }

  @Test
  void whatIsNotSafeOrNotThereIsRefused() throws Exception {
    Files.createDirectories(directory.resolve("open"));
    Files.setAttribute(directory.resolve("open"), "unix:mode", 0777);
    Result result =
        run(
            """
            parley lock --file open/../no/such/file -- true; echo $?
            mkfifo fifo; parley lock --file fifo -- true; echo $?
            touch marked; chmod 2644 marked; parley lock --file marked -- true; echo $?
            """);
    assertThat(result.out()).isEqualTo("74\n77\n77\n");
    assertThat(result.err()).contains("ENOENT", "is a FIFO", "mandatory locking", "chmod g-s");
  }

  // ---- what the tests share

  /// A command that says that it has started and ends when told, or with the test.
  private String gate() throws IOException {
    return "sh -c '" + gateScript() + "'";
  }

  private String gateScript() throws IOException {
    Files.deleteIfExists(directory.resolve("started"));
    Files.deleteIfExists(directory.resolve("go"));
    return "touch %s; while [ -e %s ] && ! [ -e %s ]; do sleep 0.05; done"
        .formatted(started(), started(), directory.resolve("go"));
  }

  private Path started() {
    return directory.resolve("started");
  }

  private void open() throws IOException {
    Files.createFile(directory.resolve("go"));
  }

  /// A parley that holds a lock until [#open].
  private ParleyProcess holder(String lock) throws Exception {
    ParleyProcess holder =
        ParleyProcess.start(space, f("parley lock " + lock + " -- " + gate() + "; exit $?"));
    awaitStart(holder);
    return holder;
  }

  private void awaitStart(ParleyProcess process) {
    await()
        .untilAsserted(
            () -> {
              assertThat(process.isAlive()).as(process.err()).isTrue();
              assertThat(started()).exists();
            });
  }

  private String f(String command) {
    return "F=%s\nPATH=%s:$PATH\n%s".formatted(file, directory.resolve("bin"), command);
  }

  private Result run(String command) throws Exception {
    return ParleyProcess.run(space, f(command));
  }

  private static List<Long> javas(ParleyProcess process) {
    return process
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static void kill(long pid) throws Exception {
    new ProcessBuilder("kill", "-KILL", String.valueOf(pid)).start().waitFor();
  }

  private static boolean isThere(String program) throws Exception {
    return new ProcessBuilder("which", program).start().waitFor() == 0;
  }
}
