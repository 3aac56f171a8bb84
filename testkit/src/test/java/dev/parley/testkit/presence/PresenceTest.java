package dev.parley.testkit.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.HostProcess;
import dev.parley.primitive.presence.LockRange;
import dev.parley.primitive.presence.Presence;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Mount;
import dev.parley.testkit.ProcessHarness;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is at a file, against the programs that people ask now: lslocks, lsof, fuser.
class PresenceTest {
  private final Kernel kernel = Kernel.linux();
  private final ProcessHarness processes = new ProcessHarness();

  @TempDir Path directory;

  @AfterEach
  void end() {
    processes.close();
  }

  // ---- locks

  @Test
  void aLockOfFlockIsHeldByAllWhoShareItsDescriptorAndTheWaiterKnowsThem() throws Exception {
    Path file = Files.createFile(directory.resolve("lock"));
    Child holder = processes.program("flock", file.toString(), "sleep", "1000");
    Await.until("it is locked", () -> locks(file).size() == 2);
    Child waiter = processes.program("flock", "--shared", file.toString(), "true");
    Await.until("somebody waits", () -> !waits(file).isEmpty());

    Set<Integer> holders = pids(locks(file));
    assertThat(holders).hasSize(2).contains((int) holder.pid());
    assertThat(locks(file))
        .allMatch(lock -> lock.range().family() == LockRange.Family.FLOCK)
        .allMatch(lock -> lock.range().isExclusive() && lock.descriptors().size() == 1);
    Tie.Wait wait = waits(file).getFirst();
    assertThat(wait.process()).extracting(HostProcess::pid).isEqualTo((int) waiter.pid());
    assertThat(wait.call()).isEqualTo("flock");
    assertThat(wait.wanted()).isNotNull().matches(wanted -> !wanted.isExclusive());
    assertThat(wait.blockers())
        .extracting(HostProcess::pid)
        .containsExactlyInAnyOrderElementsOf(holders);
    assertThat(output("lslocks", "--noheadings", "--output", "PID,PATH"))
        .contains(holder.pid() + " " + file);
  }

  @Test
  void whoInheritedALockIsItsHolderWhenTheOneThatTookItIsDead() throws Exception {
    Path file = Files.createFile(directory.resolve("lock"));
    Child holder = processes.program("flock", file.toString(), "sleep", "1000");
    Await.until("it is locked", () -> locks(file).size() == 2);
    int child =
        pids(locks(file)).stream().filter(pid -> pid != holder.pid()).findFirst().orElseThrow();
    kernel.kill((int) holder.pid(), 9);
    Await.until("it is dead", () -> !holder.isAlive());

    try {
      List<Tie.Lock> left = locks(file);
      assertThat(left).hasSize(1);
      assertThat(pids(left)).containsExactly(child);
      assertThat(left.getFirst().takenBy()).isEqualTo((int) holder.pid());
    } finally {
      kernel.kill(child, 9);
    }
  }

  @Test
  void posixAndOfdLocksAreTheirOwnersAndExcludeEachOther() throws Exception {
    Path file = Files.write(directory.resolve("lock"), new byte[100]);
    Child posix = python("fcntl.lockf(f, fcntl.LOCK_SH, 5, 10)", file);
    Child ofd = python("fcntl.fcntl(f, 37, lock(1, 50, 10))", file);
    posix.awaitLine("done");
    ofd.awaitLine("done");
    Child waiter = python("say('asking'); fcntl.fcntl(f, 38, lock(1, 0, 0))", file);
    Child other = python("say('asking'); fcntl.lockf(f, fcntl.LOCK_EX, 1, 55)", file);
    waiter.awaitLine("asking");
    other.awaitLine("asking");
    Await.until("both wait", () -> waits(file).size() == 2);

    assertThat(lockOf(file, posix)).isEqualTo("posix shared 10-14");
    assertThat(lockOf(file, ofd)).isEqualTo("ofd exclusive 50-59");
    assertThat(locks(file)).hasSize(2);
    Tie.Wait all = waitOf(file, waiter);
    assertThat(all.wanted()).hasToString("ofd exclusive");
    assertThat(all.call()).isEqualTo("fcntl");
    assertThat(all.blockers())
        .extracting(HostProcess::pid)
        .containsExactlyInAnyOrder((int) posix.pid(), (int) ofd.pid());
    Tie.Wait one = waitOf(file, other);
    assertThat(one.wanted()).hasToString("posix exclusive 55-55");
    assertThat(one.blockers()).extracting(HostProcess::pid).containsExactly((int) ofd.pid());
  }

  @Test
  void locksOnBtrfsAreFoundThoughStatShowsAnotherDevice() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.BTRFS)) {
      Path file = Files.createFile(mount.path().resolve("lock"));
      assertALockIsFoundByTheTableAlone(file);
    }
  }

  /// Inode numbers repeat in each subvolume, and /proc/locks shows one device for all.
  @Test
  void aLockInAnotherSubvolumeIsNotTakenForOneOnThisFile() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.BTRFS)) {
      Path one = mount.path().resolve("one");
      Path other = mount.path().resolve("other");
      for (Path volume : List.of(one, other)) {
        output("btrfs", "subvolume", "create", volume.toString());
        Files.createFile(volume.resolve("lock"));
      }
      assertThat(inode(one.resolve("lock"))).isEqualTo(inode(other.resolve("lock")));
      Child holder =
          python("fcntl.flock(f, fcntl.LOCK_EX); m = mmap.mmap(-1, 10)", one.resolve("lock"));
      holder.awaitLine("done");
      assertThat(pids(locks(one.resolve("lock")))).containsExactly((int) holder.pid());
      assertThat(ties(other.resolve("lock"), Tie.Open.class)).isEmpty();
      Presence elsewhere = presence(other.resolve("lock"));
      if (elsewhere.unseen().isEmpty()) assertThat(elsewhere.ties()).isEmpty();
      assertThat(pids(elsewhere.ties())).doesNotContain((int) holder.pid());
    }
  }

  private static long inode(Path path) throws IOException {
    return (long) Files.getAttribute(path, "unix:ino");
  }

  @Test
  void locksOnOverlayAreFound() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.TMPFS)) {
      for (String name : List.of("lower", "upper", "work", "merged")) {
        Files.createDirectory(mount.path().resolve(name));
      }
      Path merged = mount.path().resolve("merged");
      Files.createFile(mount.path().resolve("lower/lock"));
      String options =
          "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(mount.path());
      try {
        output("mount", "-t", "overlay", "overlay", "-o", options, merged.toString());
      } catch (AssertionError e) {
        assumeTrue(false, "skipped: no overlay can be mounted here: " + e.getMessage());
      }
      try {
        assertALockIsFoundByTheTableAlone(merged.resolve("lock"));
      } finally {
        processes.close();
        output("umount", "--lazy", merged.toString());
      }
    }
  }

  /// With no descriptor to be seen, the lock has to be recognised in /proc/locks.
  private void assertALockIsFoundByTheTableAlone(Path file) throws Exception {
    Child holder = python("fcntl.flock(f, fcntl.LOCK_EX)", file);
    holder.awaitLine("done");
    FaultyKernel blind =
        FaultyKernel.over(kernel).failFrom(call -> call.is("targetStatusAt"), 1, Errno.EACCES);
    try (Fd fd = kernel.openAt(Fd.CWD, file.toString(), Open.PATH, 0)) {
      Presence presence = Presence.at(blind.kernel(), fd);
      assertThat(presence.ties()).hasSize(1);
      assertThat(presence.ties().getFirst().how()).isEqualTo("locks");
      assertThat(pids(presence.ties())).containsExactly((int) holder.pid());
      assertThat(presence.unseen()).anyMatch(line -> line.contains("CAP_SYS_PTRACE"));
      // And by the descriptor.
      assertThat(pids(locks(file))).containsExactly((int) holder.pid());
    }
  }

  // ---- open files

  @Test
  void theEndsOfAFifoAndWhoWaitsInThem() throws Exception {
    Path fifo = directory.resolve("fifo");
    output("mkfifo", fifo.toString());
    Child reader = processes.program("cat", fifo.toString());
    Child writer = processes.program("sh", "-c", "exec 3>\"$1\"; read x", "sh", fifo.toString());
    Await.until("both are there", () -> ties(fifo, Tie.Open.class).size() == 2);
    Await.until("the reader waits", () -> !waits(fifo).isEmpty());

    assertThat(tieOf(fifo, Tie.Open.class, reader).how()).isEqualTo("reads");
    assertThat(tieOf(fifo, Tie.Open.class, writer).how()).isEqualTo("writes");
    assertThat(waitOf(fifo, reader).call()).isEqualTo("read");
    assertThat(fuser(fifo)).isEqualTo(pids(ties(fifo, Tie.Open.class)));
    assertThat(lsof(fifo)).isEqualTo(pids(ties(fifo, Tie.Open.class)));
  }

  @Test
  void readersWritersAndMappersOfAFile() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[5000]);
    Child shared = python("m = mmap.mmap(f.fileno(), 4096)", file);
    Child copy =
        python(
            "m = mmap.mmap(f.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ); f.close(); os.close(fd)",
            file);
    Child reader = processes.program("sh", "-c", "exec <\"$1\"; sleep 1000", "sh", file.toString());
    shared.awaitLine("done");
    copy.awaitLine("done");
    Await.until("the reader has it", () -> pids(presence(file).ties()).size() >= 3);

    assertThat(tieOf(file, Tie.Mapping.class, shared))
        .matches(mapping -> mapping.shared() && mapping.writable());
    assertThat(tieOf(file, Tie.Mapping.class, copy))
        .matches(mapping -> !mapping.shared() && !mapping.writable());
    assertThat(tieOf(file, Tie.Open.class, shared).how()).isEqualTo("reads+writes");
    assertThat(tieOf(file, Tie.Open.class, reader).how()).isEqualTo("reads");
    assertThat(fuser(file)).isEqualTo(pids(presence(file).ties()));
    assertThat(lsof(file)).isEqualTo(pids(presence(file).ties()));
  }

  @Test
  void whoStandsInADirectoryAndWhoRunsAProgram() throws Exception {
    Path place = Files.createDirectory(directory.resolve("place"));
    Path program = directory.resolve("a) R 1 \n\u001b[31m");
    Files.copy(Path.of(output("which", "sleep").strip()), program);
    Files.setAttribute(program, "unix:mode", 0700);
    Child child =
        processes.program(
            "sh",
            "-c",
            "cd \"$1\" && exec \"$2\" 1000",
            "sh",
            place.toString(),
            program.toString());
    Await.until("it runs", () -> !ties(program, Tie.Place.class).isEmpty());

    Tie.Place runs = tieOf(program, Tie.Place.class, child);
    assertThat(runs.how()).isEqualTo("runs");
    HostProcess process = Objects.requireNonNull(runs.process());
    assertThat(process.name()).isEqualTo("a) R 1 \n\u001b[31m");
    assertThat(process.uid()).isEqualTo(kernel.effectiveUserId());
    assertThat(process.isInOtherNamespace()).isFalse();
    assertThat(process.startedAt())
        .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now().plusSeconds(5));
    assertThat(tieOf(place, Tie.Place.class, child).how()).isEqualTo("works-in");
  }

  /// Its own directory in /proc is empty then, though the other threads hold everything.
  @Test
  void aProcessWhoseFirstThreadHasEndedIsSeen() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Child holder =
        python(
            """
            import ctypes, threading
            fcntl.flock(f, fcntl.LOCK_EX)
            threading.Thread(target=lambda: (say('done'), ctypes.CDLL(None).pause())).start()
            ctypes.CDLL(None).pthread_exit(None)
            """,
            file);
    holder.awaitLine("done");
    Await.until(
        "its first thread has ended",
        () -> Files.readString(Path.of("/proc/" + holder.pid() + "/stat")).contains(") Z "));
    assertThat(pids(locks(file))).containsExactly((int) holder.pid());
    assertThat(tieOf(file, Tie.Open.class, holder).how()).isEqualTo("reads+writes");
  }

  @Test
  void aDeletedFileIsKnownByItsDescriptor() throws Exception {
    Path file = Files.createFile(directory.resolve("file (deleted)"));
    Child holder = python("os.unlink(path)", file);
    holder.awaitLine("done");
    Path descriptor = Path.of("/proc/" + holder.pid() + "/fd/3");
    assertThat(pids(presence(descriptor).ties())).containsExactly((int) holder.pid());
  }

  // ---- sockets

  @Test
  void whoListensWhoIsConnectedAndToWhom() throws Exception {
    Path socket = directory.resolve("socket");
    Child server =
        processes.program("socat", "UNIX-LISTEN:" + socket + ",fork", "EXEC:'sleep 1000'");
    Await.until(
        "it listens", () -> Files.exists(socket) && ties(socket, Tie.Listening.class).size() == 1);
    Child client = processes.program("socat", "-u", "UNIX-CONNECT:" + socket, "-");
    Await.until("it is connected", () -> connections(socket).size() >= 2);

    assertThat(tieOf(socket, Tie.Listening.class, server).how()).isEqualTo("listens");
    Tie.Connection near = tieOf(socket, Tie.Connection.class, client);
    assertThat(near.accepted()).isFalse();
    assertThat(near.type()).isEqualTo("stream");
    assertThat(near.peers()).isNotEmpty();
    assertThat(connections(socket))
        .filteredOn(Tie.Connection::accepted)
        .allMatch(tie -> pidsOf(tie.peers()).equals(Set.of((int) client.pid())));
    assertThat(lsof(socket)).contains((int) server.pid());
  }

  @Test
  void whoIsNotAcceptedYetIsKnown() throws Exception {
    Path socket = directory.resolve("socket");
    Child server =
        python(
            "s = socket.socket(socket.AF_UNIX); s.bind(path + '.s'); s.listen(5)",
            Files.createFile(socket));
    server.awaitLine("done");
    Path bound = directory.resolve("socket.s");
    Child client = python("s = socket.socket(socket.AF_UNIX); s.connect(path + '.s')", socket);
    client.awaitLine("done");
    assertThat(tieOf(bound, Tie.Listening.class, server).waiting()).isOne();
    assertThat(tieOf(bound, Tie.Connection.class, client).accepted()).isFalse();
  }

  @Test
  void datagramSocketsReceive() throws Exception {
    Path socket = directory.resolve("socket");
    Child server = processes.program("socat", "-u", "UNIX-RECV:" + socket, "-");
    Await.until(
        "it is bound", () -> Files.exists(socket) && !ties(socket, Tie.Listening.class).isEmpty());
    assertThat(tieOf(socket, Tie.Listening.class, server))
        .matches(tie -> tie.how().equals("receives") && tie.type().equals("datagram"));
  }

  @Test
  void abstractNamesAreKnownToo() throws Exception {
    String name = "parley-" + ProcessHandle.current().pid();
    Child server = processes.program("socat", "ABSTRACT-LISTEN:" + name, "-");
    Await.until("it listens", () -> !Presence.atAbstract(kernel, name).ties().isEmpty());
    assertThat(pids(Presence.atAbstract(kernel, name).ties())).contains((int) server.pid());
    assertThat(Presence.atAbstract(kernel, name + "-other").ties()).isEmpty();
  }

  @Test
  void whereTheKernelDoesNotAnswerTheTableOfSocketsHelps() throws Exception {
    Path path = directory.toRealPath().resolve("socket");
    Child server = processes.program("socat", "UNIX-LISTEN:" + path, "-");
    Await.until(
        "it listens", () -> Files.exists(path) && !ties(path, Tie.Listening.class).isEmpty());
    FaultyKernel mute = FaultyKernel.over(kernel).failFrom("netlink", 1, Errno.EPERM);
    try (Fd fd = kernel.openAt(Fd.CWD, path.toString(), Open.PATH, 0)) {
      Presence presence = Presence.at(mute.kernel(), fd);
      assertThat(pids(presence.ties())).contains((int) server.pid());
      assertThat(presence.unseen()).anyMatch(line -> line.contains("sock_diag"));
    }
  }

  // ---- what cannot be seen

  @Test
  void anotherUserIsToldWhatHeCannotSee() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: needs root to become another user");
    Path file = Files.createFile(directory.resolve("lock"));
    Files.setAttribute(directory, "unix:mode", 0755);
    Child holder = python("fcntl.flock(f, fcntl.LOCK_EX)", file);
    holder.awaitLine("done");
    try (ProcessHarness others = ProcessHarness.asUser(65534, 65534)) {
      Child looker = others.java(Looker.class, file.toString());
      assertThat(looker.awaitExit()).as(looker.output()).isZero();
      assertThat(looker.output())
          .contains("locks " + holder.pid(), "unseen what ")
          .contains("CAP_SYS_PTRACE")
          .doesNotContain("reads");
    }
  }

  /// Prints who is at a file.
  static final class Looker {
    public static void main(String[] arguments) throws Exception {
      Kernel kernel = Kernel.linux();
      try (Route route = Route.of(kernel, Path.of(arguments[0]))) {
        Presence presence = Presence.at(kernel, Objects.requireNonNull(route.end()));
        for (Tie tie : presence.ties()) {
          HostProcess process = tie.process();
          System.out.println(tie.how() + " " + (process == null ? "?" : process.pid()));
        }
        presence.unseen().forEach(line -> System.out.println("unseen " + line));
      }
    }
  }

  @Test
  void aProcessInAnotherPidNamespaceHasTwoNumbers() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: needs root for a PID namespace");
    Path file = Files.createFile(directory.resolve("file"));
    try (ProcessHarness inner = ProcessHarness.inPidNamespaces()) {
      inner.program("sh", "-c", "exec <\"$1\"; sleep 1000", "sh", file.toString());
      Await.until("it has it open", () -> !presence(file).ties().isEmpty());
      HostProcess process = Objects.requireNonNull(presence(file).ties().getFirst().process());
      assertThat(process.isInOtherNamespace()).isTrue();
      assertThat(process.innerPid()).isLessThan(10);
    }
  }

  @Test
  void nobodyIsNobody() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(presence(file).ties()).isEmpty();
  }

  @Test
  void whicheverCallFailsNoDescriptorIsLeft() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Child holder = python("fcntl.flock(f, fcntl.LOCK_EX)", file);
    holder.awaitLine("done");
    try (Fd fd = kernel.openAt(Fd.CWD, file.toString(), Open.PATH, 0)) {
      FaultyKernel counting = FaultyKernel.over(kernel);
      Presence.at(counting.kernel(), fd);
      long calls = counting.count(FaultyKernel.ANY);
      long before = descriptors();
      for (int nth = 1; nth <= calls; nth += 1 + nth / 4) {
        for (Errno errno : List.of(Errno.EMFILE, Errno.ENOENT, Errno.EACCES)) {
          FaultyKernel faulty = FaultyKernel.over(kernel).fail(FaultyKernel.ANY, nth, errno);
          assertThatCode(() -> lookOrFail(faulty.kernel(), fd)).doesNotThrowAnyException();
        }
      }
      assertThat(descriptors()).isEqualTo(before);
    }
  }

  private static void lookOrFail(Kernel kernel, Fd fd) throws IOException {
    try {
      Presence.at(kernel, fd);
    } catch (ErrnoException e) {
      // As it should be; anything else is a mistake.
    }
  }

  private static long descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  // ---- helpers

  /// Python that opens the file as `f`, does what is said, says so and stays.
  private Child python(String statement, Path file) throws IOException {
    String program =
        """
        import fcntl, mmap, os, socket, struct, sys
        def say(word): print(word, flush=True)
        def lock(kind, start, length): return struct.pack('hhqqi4x', kind, 0, start, length, 0)
        path = sys.argv[1]
        fd = os.open(path, os.O_RDWR)
        f = os.fdopen(fd, 'r+b', buffering=0, closefd=False)
        %s
        say('done')
        sys.stdin.readline()
        """
            .formatted(statement);
    return processes.program("python3", "-S", "-c", program, file.toString());
  }

  private Presence presence(Path path) throws IOException {
    try (Route route = Route.of(kernel, path)) {
      return Presence.at(kernel, Objects.requireNonNull(route.end()));
    }
  }

  private <T extends Tie> List<T> ties(Path path, Class<T> kind) throws IOException {
    return presence(path).ties().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private <T extends Tie> T tieOf(Path path, Class<T> kind, Child child) throws IOException {
    return ties(path, kind).stream().filter(of(child)).findFirst().orElseThrow();
  }

  private static Predicate<Tie> of(Child child) {
    return tie -> tie.process() != null && tie.process().pid() == child.pid();
  }

  private List<Tie.Lock> locks(Path path) throws IOException {
    return ties(path, Tie.Lock.class);
  }

  private String lockOf(Path path, Child child) throws IOException {
    return tieOf(path, Tie.Lock.class, child).range().toString();
  }

  private List<Tie.Wait> waits(Path path) throws IOException {
    return ties(path, Tie.Wait.class);
  }

  private Tie.Wait waitOf(Path path, Child child) throws IOException {
    return tieOf(path, Tie.Wait.class, child);
  }

  private List<Tie.Connection> connections(Path path) throws IOException {
    return ties(path, Tie.Connection.class);
  }

  private static Set<Integer> pids(List<? extends Tie> ties) {
    return ties.stream()
        .map(tie -> Objects.requireNonNull(tie.process()).pid())
        .collect(Collectors.toSet());
  }

  private static Set<Integer> pidsOf(List<HostProcess> processes) {
    return processes.stream().map(HostProcess::pid).collect(Collectors.toSet());
  }

  private static Set<Integer> fuser(Path path) throws Exception {
    return numbers(output("sh", "-c", "fuser \"$1\" 2>/dev/null", "sh", path.toString()));
  }

  private static Set<Integer> lsof(Path path) throws Exception {
    return numbers(output("lsof", "-t", path.toString()));
  }

  private static Set<Integer> numbers(String text) {
    return List.of(text.strip().split("\\s+")).stream()
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  private static String output(String... command) throws Exception {
    try {
      return ProcessHarness.run(command);
    } catch (IOException e) {
      assumeTrue(false, "skipped: needs " + command[0] + ": " + e.getMessage());
      throw e;
    }
  }
}
