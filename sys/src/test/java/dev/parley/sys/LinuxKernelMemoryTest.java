package dev.parley.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mapped files, memfds and futexes.
class LinuxKernelMemoryTest {
  private static final int SIZE = 8192;
  private static final int SEALS = Seal.SHRINK | Seal.GROW | Seal.SEAL;

  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd file;
  private Mapping memory;
  private Mapping other;

  @BeforeEach
  void open() throws ErrnoException {
    file = kernel.openAt(Fd.CWD, temp + "/memory", Open.CREATE | Open.READ_WRITE, 0600);
    kernel.allocate(file, SIZE);
    memory = kernel.map(file, SIZE);
    other = kernel.map(file, SIZE);
  }

  @AfterEach
  void close() {
    memory.close();
    other.close();
    file.close();
  }

  // ---- memory

  @Test
  void allocatingMakesTheFileLongerAndTakesRoom() throws Exception {
    assertThat(kernel.status(file).sizeBytes()).isEqualTo(SIZE);
    assertThat((long) Files.getAttribute(temp.resolve("memory"), "unix:size")).isEqualTo(SIZE);
    assertThatThrownBy(() -> kernel.allocate(file, 1L << 50))
        .isInstanceOf(ErrnoException.class)
        .hasMessageStartingWith("fallocate " + temp + "/memory: ");
  }

  @Test
  void whatOneMappingWritesAnotherReads() throws Exception {
    memory.put(10, "hello".getBytes(UTF_8), 1, 3);
    byte[] seen = new byte[5];
    other.get(10, seen, 1, 3);
    assertThat(seen).containsExactly(0, 'e', 'l', 'l', 0);
    assertThat(kernel.readAt(file, 10, seen, 0, 3)).isEqualTo(3);
    assertThat(seen).startsWith('e', 'l', 'l');
  }

  @Test
  void intsInEveryOrder() {
    memory.setInt(4, 1);
    assertThat(other.getInt(4)).isEqualTo(1);
    memory.setIntOpaque(4, 2);
    assertThat(other.getIntOpaque(4)).isEqualTo(2);
    memory.setIntRelease(4, 3);
    assertThat(other.getIntAcquire(4)).isEqualTo(3);
    memory.setIntVolatile(4, 4);
    assertThat(other.getIntVolatile(4)).isEqualTo(4);
    assertThat(memory.compareAndSetInt(4, 5, 6)).isFalse();
    assertThat(memory.compareAndSetInt(4, 4, 6)).isTrue();
    assertThat(memory.getAndAddInt(4, -1)).isEqualTo(6);
    assertThat(memory.getAndSetInt(4, 9)).isEqualTo(5);
    assertThat(other.getInt(4)).isEqualTo(9);
  }

  @Test
  void longsInEveryOrder() {
    memory.setLong(8, 1L << 40);
    assertThat(other.getLong(8)).isEqualTo(1L << 40);
    memory.setLongOpaque(8, 2);
    assertThat(other.getLongOpaque(8)).isEqualTo(2);
    memory.setLongRelease(8, 3);
    assertThat(other.getLongAcquire(8)).isEqualTo(3);
    memory.setLongVolatile(8, 4);
    assertThat(other.getLongVolatile(8)).isEqualTo(4);
    assertThat(memory.compareAndSetLong(8, 5, 6)).isFalse();
    assertThat(memory.compareAndSetLong(8, 4, 6)).isTrue();
    assertThat(memory.getAndAddLong(8, -1)).isEqualTo(6);
    assertThat(memory.getAndSetLong(8, 9)).isEqualTo(5);
    assertThat(other.getLong(8)).isEqualTo(9);
  }

  @Test
  void addingLosesNothingAmongThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (Mapping each : List.of(memory, other, memory, other)) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 100_000; i++) each.getAndAddLong(64, 1);
              }));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(memory.getLong(64)).isEqualTo(400_000);
  }

  @Test
  void nothingOutsideAndNothingUnalignedIsTouched() {
    for (long offset : new long[] {-4, SIZE - 3, SIZE, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> memory.getInt(offset)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.compareAndSetInt(offset, 0, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.put(offset, new byte[4], 0, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> kernel.futexWake(memory, offset, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> memory.getLongVolatile(4)).hasMessageContaining("alignment");
    assertThatThrownBy(() -> memory.compareAndSetInt(2, 0, 1)).hasMessageContaining("alignment");
    assertThatThrownBy(() -> kernel.futexWake(memory, 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.get(0, new byte[3], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aPartHasOffsetsAndBoundsOfItsOwnAndEndsWithTheWhole() {
    Mapping part = memory.slice(100, 12);
    assertThat(part.sizeBytes()).isEqualTo(12);
    part.setInt(8, 7);
    assertThat(other.getInt(108)).isEqualTo(7);
    assertThatThrownBy(() -> part.getInt(12)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.slice(SIZE - 4, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    part.close();
    assertThat(part.getInt(8)).as("closing a part does nothing").isEqualTo(7);
    memory.close();
    assertThat(part.isOpen()).isFalse();
    assertThatThrownBy(() -> part.getInt(8)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterClosingNothingIsTouchedAndNothingIsUnmappedTwice() throws Exception {
    assertThat(mappings()).isEqualTo(2);
    memory.close();
    assertThat(mappings()).isEqualTo(1);
    memory.close();
    assertThat(mappings()).isEqualTo(1);
    assertThat(memory.isOpen()).isFalse();
    assertThatThrownBy(() -> memory.getInt(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.put(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kernel.futexWake(memory, 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(other.getInt(0)).isZero();
  }

  @Test
  void memoryOfOurOwnIsZeroed() throws Exception {
    try (Mapping own = kernel.mapAnonymous(4096)) {
      assertThat(own.getAndAddInt(4092, 1)).isZero();
    }
  }

  @Test
  void whatCannotBeMappedSaysWhy() throws Exception {
    try (Fd reader = kernel.openAt(Fd.CWD, temp + "/memory", Open.READ_ONLY, 0)) {
      assertThatThrownBy(() -> kernel.map(reader, SIZE))
          .hasMessage("mmap " + temp + "/memory: permission denied (EACCES)");
    }
    assertThatThrownBy(() -> kernel.map(file, 1L << 60)).hasMessageContaining("ENOMEM");
    assertThatThrownBy(() -> kernel.map(file, 0)).hasMessageContaining("EINVAL");
  }

  // ---- memfds

  @Test
  void aSealedFileCannotBeCutShortOrUnsealed() throws Exception {
    try (Fd memfd = kernel.memfdCreate("parley-test")) {
      kernel.allocate(memfd, SIZE);
      kernel.addSeals(memfd, SEALS);
      assertThat(kernel.seals(memfd)).isEqualTo(SEALS);
      assertThatThrownBy(() -> kernel.truncate(memfd, 0)).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> kernel.truncate(memfd, 2 * SIZE)).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> kernel.addSeals(memfd, Seal.WRITE)).hasMessageContaining("EPERM");
      try (Mapping mapping = kernel.map(memfd, SIZE)) {
        mapping.setInt(0, 1);
      }
    }
  }

  @Test
  void anOrdinaryFileHasNoSeals() {
    assertThatThrownBy(() -> kernel.seals(file))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("EINVAL");
  }

  @Test
  void aFileSealedAgainstWritingIsNotMapped() throws Exception {
    try (Fd memfd = kernel.memfdCreate("parley-test")) {
      kernel.allocate(memfd, SIZE);
      kernel.addSeals(memfd, Seal.FUTURE_WRITE);
      assertThatThrownBy(() -> kernel.map(memfd, SIZE)).hasMessageContaining("EPERM");
    }
  }

  // ---- futexes

  @Test
  void aWordThatIsNotAsExpectedIsNotWaitedFor() throws Exception {
    assertThat(kernel.futexWait(memory, 8, 1, -1)).isTrue();
    assertThat(kernel.futexWaitEither(memory, 8, 0, memory, 12, 1, -1)).isTrue();
  }

  @Test
  void timeRunsOut() throws Exception {
    assertThat(kernel.futexWait(memory, 8, 0, 1_000_000)).isFalse();
    assertThat(kernel.futexWait(memory, 8, 0, 0)).isFalse();
    assertThat(kernel.futexWaitEither(memory, 8, 0, memory, 12, 0, 1_000_000)).isFalse();
    assertThat(kernel.futexWaitEither(memory, 8, 0, memory, 12, 0, 0)).isFalse();
  }

  @Test
  void wakingWakesThroughAnotherMappingAndSaysHowMany() throws Exception {
    assertThat(kernel.futexWake(memory, 8, 1)).isZero();
    CompletableFuture<Boolean> waiter = async(() -> kernel.futexWait(memory, 8, 0, -1));
    CompletableFuture<Boolean> second =
        async(() -> kernel.futexWaitEither(memory, 16, 0, memory, 8, 0, Long.MAX_VALUE));
    int woken = 0;
    while (woken < 2) woken += kernel.futexWake(other, 8, Integer.MAX_VALUE);
    assertThat(waiter.join()).isTrue();
    assertThat(second.join()).isTrue();
  }

  @Test
  void memoryStaysMappedWhileSomebodyWaitsInside() throws Exception {
    CompletableFuture<Boolean> waiter = async(() -> kernel.futexWait(memory, 8, 0, -1));
    Awaitility.await().until(this::somebodyWaitsInMemory);
    memory.close();
    assertThat(mappings()).isEqualTo(2);
    assertThatThrownBy(() -> memory.getInt(8)).isInstanceOf(IllegalStateException.class);
    kernel.futexWake(other, 8, 1);
    assertThat(waiter.join()).isTrue();
    Awaitility.await().until(() -> mappings() == 1);
  }

  /// Whether a thread is inside futex(2) with an address in `memory`.
  private boolean somebodyWaitsInMemory() throws IOException {
    String call = Syscall.FUTEX.number() + " 0x" + Long.toHexString(memory.pin(8)) + " ";
    memory.unpin();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("syscall")).startsWith(call)) return true;
      }
      return false;
    }
  }

  /// How often the file is mapped in this process.
  private long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.endsWith(temp + "/memory")).count();
    }
  }

  private static <T> CompletableFuture<T> async(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(call.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }
}
