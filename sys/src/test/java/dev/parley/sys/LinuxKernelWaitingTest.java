package dev.parley.sys;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// inotify, eventfd, poll and epoll.
class LinuxKernelWaitingTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd dir;

  @BeforeEach
  void open() throws ErrnoException {
    dir = kernel.openAt(Fd.CWD, temp.toString(), Open.PATH | Open.DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  // ---- inotify

  @Test
  void aWatchTellsWhatHappensInADirectory() throws Exception {
    try (Fd inotify = kernel.inotifyInit()) {
      int mask =
          InotifyEvent.CREATE
              | InotifyEvent.MOVED_FROM
              | InotifyEvent.MOVED_TO
              | InotifyEvent.DELETE;
      int watch = kernel.inotifyAddWatch(inotify, dir, mask);
      assertThat(kernel.inotifyRead(inotify)).as("nothing yet").isEmpty();
      Path file = Files.createFile(temp.resolve("größe"));
      Files.move(file, temp.resolve("b"));
      Files.delete(temp.resolve("b"));
      List<InotifyEvent> events = kernel.inotifyRead(inotify);
      int cookie = events.get(1).cookie();
      assertThat(cookie).isNotZero();
      assertThat(events)
          .containsExactly(
              new InotifyEvent(watch, InotifyEvent.CREATE, 0, "größe"),
              new InotifyEvent(watch, InotifyEvent.MOVED_FROM, cookie, "größe"),
              new InotifyEvent(watch, InotifyEvent.MOVED_TO, cookie, "b"),
              new InotifyEvent(watch, InotifyEvent.DELETE, 0, "b"));
    }
  }

  @Test
  void aWatchFollowsTheInodeNotThePath() throws Exception {
    kernel.makeDirectoryAt(dir, "ready", 0700);
    try (Fd inotify = kernel.inotifyInit();
        Fd ready = kernel.openAt(dir, "ready", Open.PATH | Open.DIRECTORY, 0)) {
      kernel.renameAt(dir, "ready", dir, "moved");
      kernel.makeDirectoryAt(dir, "ready", 0700);
      kernel.inotifyAddWatch(inotify, ready, InotifyEvent.CREATE);
      Files.createFile(temp.resolve("ready/not-seen"));
      Files.createFile(temp.resolve("moved/seen"));
      assertThat(kernel.inotifyRead(inotify))
          .singleElement()
          .matches(event -> event.name().equals("seen") && event.is(InotifyEvent.CREATE));
    }
  }

  @Test
  void anEventOnTheWatchedFileItselfHasNoName() throws Exception {
    Files.createFile(temp.resolve("file"));
    try (Fd inotify = kernel.inotifyInit();
        Fd file = kernel.openAt(dir, "file", Open.PATH, 0)) {
      kernel.inotifyAddWatch(inotify, file, InotifyEvent.MODIFY);
      Files.writeString(temp.resolve("file"), "x");
      assertThat(kernel.inotifyRead(inotify)).extracting(InotifyEvent::name).containsOnly("");
    }
  }

  @Test
  void aRemovedWatchSaysSoAndIsSilent() throws Exception {
    try (Fd inotify = kernel.inotifyInit()) {
      int watch = kernel.inotifyAddWatch(inotify, dir, InotifyEvent.CREATE);
      kernel.inotifyRemoveWatch(inotify, watch);
      Files.createFile(temp.resolve("file"));
      assertThat(kernel.inotifyRead(inotify))
          .containsExactly(new InotifyEvent(watch, InotifyEvent.IGNORED, 0, ""));
      assertThatThrownBy(() -> kernel.inotifyRemoveWatch(inotify, watch))
          .isInstanceOf(ErrnoException.class)
          .hasMessageEndingWith("(EINVAL)");
    }
  }

  // ---- eventfd and epoll

  @Test
  void aSignalWakesAndDrainingSilences() throws Exception {
    try (Fd epoll = kernel.epollCreate();
        Fd event = kernel.eventFd()) {
      kernel.epollAdd(epoll, event, 42, false);
      assertThat(kernel.epollWait(epoll, 0)).isEmpty();
      kernel.signal(event);
      kernel.signal(event);
      assertThat(kernel.epollWait(epoll, -1)).containsExactly(42);
      kernel.drain(event);
      assertThat(kernel.epollWait(epoll, 1)).isEmpty();
      kernel.drain(event);
    }
  }

  @Test
  void eachReadyDescriptorReportsItsKey() throws Exception {
    try (Fd epoll = kernel.epollCreate();
        Fd one = kernel.eventFd();
        Fd two = kernel.eventFd();
        Fd silent = kernel.eventFd()) {
      kernel.epollAdd(epoll, one, Long.MAX_VALUE, false);
      kernel.epollAdd(epoll, two, -7, false);
      kernel.epollAdd(epoll, silent, 3, false);
      kernel.signal(one);
      kernel.signal(two);
      assertThat(kernel.epollWait(epoll, -1)).containsExactlyInAnyOrder(Long.MAX_VALUE, -7);
      kernel.epollRemove(epoll, one);
      assertThat(kernel.epollWait(epoll, -1)).containsExactly(-7);
      assertThatThrownBy(() -> kernel.epollRemove(epoll, one))
          .isInstanceOf(ErrnoException.class)
          .hasMessageEndingWith("(ENOENT)");
    }
  }

  @Test
  void aWaiterSleepsUntilItIsSignalled() throws Exception {
    try (Fd epoll = kernel.epollCreate();
        Fd event = kernel.eventFd()) {
      kernel.epollAdd(epoll, event, 1, false);
      CompletableFuture<long[]> waiter = onAThread(() -> await(epoll));
      Awaitility.await().until(() -> areWaitedFor(List.of(epoll)));
      kernel.signal(event);
      assertThat(waiter.get(30, SECONDS)).containsExactly(1);
    }
  }

  @Test
  void anExclusiveWaitOnAFifoWakesOneOfManyForOneByte() throws Exception {
    kernel.makeFifoAt(dir, "fifo", 0600);
    List<Fd> readers = new ArrayList<>();
    List<Fd> epolls = new ArrayList<>();
    List<CompletableFuture<long[]>> waiters = new ArrayList<>();
    try (Fd fifo = kernel.openAt(dir, "fifo", Open.READ_WRITE | Open.NON_BLOCKING, 0);
        Fd end = kernel.eventFd()) {
      for (int i = 0; i < 8; i++) {
        Fd reader = kernel.openAt(dir, "fifo", Open.READ_ONLY | Open.NON_BLOCKING, 0);
        Fd epoll = kernel.epollCreate();
        kernel.epollAdd(epoll, reader, 1, true);
        kernel.epollAdd(epoll, end, 2, false);
        readers.add(reader);
        epolls.add(epoll);
        waiters.add(onAThread(() -> await(epoll)));
      }
      Awaitility.await().until(() -> areWaitedFor(epolls));
      kernel.write(fifo, new byte[1], 0, 1);
      CompletableFuture.anyOf(waiters.toArray(CompletableFuture[]::new)).get(30, SECONDS);
      kernel.read(fifo, new byte[1], 0, 1);
      kernel.signal(end);
      assertThat(waiters)
          .extracting(each -> each.get(30, SECONDS)[0])
          .containsExactlyInAnyOrder(1L, 2L, 2L, 2L, 2L, 2L, 2L, 2L);
    } finally {
      readers.forEach(Fd::close);
      epolls.forEach(Fd::close);
    }
  }

  /// Whether a thread of this process sleeps in epoll_pwait for each of `epolls`, as
  /// /proc/self/task says: `281 0x1f ...` is the call's number and its first argument.
  private static boolean areWaitedFor(List<Fd> epolls) throws IOException {
    Set<String> waits = new HashSet<>();
    for (Fd epoll : epolls) {
      waits.add("%d 0x%x".formatted(Syscall.EPOLL_PWAIT.number(), epoll.number()));
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          String call = Files.readString(thread.resolve("syscall"));
          waits.removeIf(wait -> call.startsWith(wait + " "));
        } catch (IOException e) {
          // The thread has ended meanwhile.
        }
      }
    }
    return waits.isEmpty();
  }

  @Test
  void aWaitOutlastsAStopAndContinueOfTheProcess() throws Exception {
    long self = ProcessHandle.current().pid();
    String stopAndContinue = "kill -STOP " + self + "; sleep 0.1; kill -CONT " + self;
    try (Fd epoll = kernel.epollCreate();
        Fd event = kernel.eventFd()) {
      kernel.epollAdd(epoll, event, 5, false);
      CompletableFuture<long[]> waiter = onAThread(() -> await(epoll));
      Awaitility.await().until(() -> areWaitedFor(List.of(epoll)));
      List<String> command = List.of("sh", "-c", stopAndContinue);
      int child = kernel.spawn(new SpawnRequest(command, System.getenv(), Map.of(), true));
      kernel.waitFor(child, true);
      kernel.signal(event);
      assertThat(waiter.get(30, SECONDS)).containsExactly(5);
    }
  }

  private static <T> CompletableFuture<T> onAThread(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private long[] await(Fd epoll) {
    try {
      return kernel.epollWait(epoll, -1);
    } catch (ErrnoException e) {
      throw new AssertionError(e);
    }
  }

  // ---- poll

  @Test
  void aPollSaysWhatEachDescriptorIsReadyFor() throws Exception {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1];
        Fd event = kernel.eventFd()) {
      List<Fd> all = List.of(reading, writing, event);
      int[] wanted = {Poll.IN, Poll.OUT, Poll.IN};
      assertThat(kernel.poll(all, wanted, 0)).containsExactly(0, Poll.OUT, 0);
      kernel.write(writing, new byte[1], 0, 1);
      kernel.signal(event);
      assertThat(kernel.poll(all, wanted, -1)).containsExactly(Poll.IN, Poll.OUT, Poll.IN);
      writing.close();
      assertThat(kernel.poll(List.of(reading), new int[] {Poll.IN}, -1))
          .containsExactly(Poll.IN | Poll.HUP);
    }
  }

  @Test
  void aPollEndsWhenTimeIsUp() throws Exception {
    try (Fd event = kernel.eventFd()) {
      assertThat(kernel.poll(List.of(event), new int[] {Poll.IN}, 1_000_000)).containsExactly(0);
    }
  }

  @Test
  void aPollOutlastsAStopAndContinueOfTheProcess() throws Exception {
    long self = ProcessHandle.current().pid();
    try (Fd event = kernel.eventFd()) {
      CompletableFuture<int[]> waiter =
          onAThread(
              () -> {
                try {
                  return kernel.poll(List.of(event), new int[] {Poll.IN}, 30_000_000_000L);
                } catch (ErrnoException e) {
                  throw new AssertionError(e);
                }
              });
      List<String> command =
          List.of("sh", "-c", "kill -STOP " + self + "; sleep 0.1; kill -CONT " + self);
      int child = kernel.spawn(new SpawnRequest(command, System.getenv(), Map.of(), true));
      kernel.waitFor(child, true);
      kernel.signal(event);
      assertThat(waiter.get(30, SECONDS)).containsExactly(Poll.IN);
    }
  }

  @Test
  void whatIsWaitedForOnceIsToldOnce() throws Exception {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1];
        Fd epoll = kernel.epollCreate()) {
      kernel.epollAddOnce(epoll, writing, 7, Poll.OUT);
      assertThat(kernel.epollWait(epoll, -1)).containsExactly(7);
      assertThat(kernel.epollWait(epoll, 0)).as("told already").isEmpty();
      assertThatThrownBy(() -> kernel.epollAddOnce(epoll, writing, 8, Poll.OUT))
          .hasMessageEndingWith("(EEXIST)");
      kernel.epollRemove(epoll, writing);
      kernel.epollAddOnce(epoll, writing, 8, Poll.OUT);
      assertThat(kernel.epollWait(epoll, -1)).containsExactly(8);
      assertThat(kernel.unreadBytes(reading)).isZero();
    }
  }
}
