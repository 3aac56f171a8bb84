package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir Path temp;

  @Test
  void borrowersNeverShare() {
    try (Scratch one = Scratch.borrow();
        Scratch two = Scratch.borrow();
        Scratch three = Scratch.borrow()) {
      assertThat(List.of(one.dataAddress(), two.dataAddress(), three.dataAddress()))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whatWasReturnedIsBorrowedAgain() {
    Scratch first = Scratch.borrow();
    first.close();
    try (Scratch again = Scratch.borrow()) {
      assertThat(again).isSameAs(first);
    }
  }

  @Test
  void aPathThatIsTooLongIsRefusedBeforeTheCall() {
    try (Scratch scratch = Scratch.borrow()) {
      assertThat(scratch.name("x".repeat(4095))).isPositive();
      assertThat(scratch.name("x".repeat(4096))).isEqualTo(-Errno.ENAMETOOLONG.number());
      assertThat(scratch.name("é".repeat(2048))).isEqualTo(-Errno.ENAMETOOLONG.number());
      assertThat(scratch.name("a\0b")).isEqualTo(-Errno.EINVAL.number());
    }
  }

  @Test
  void platformThreadsDoNotMixUpTheirData() throws Exception {
    hammer(() -> Executors.newFixedThreadPool(16));
  }

  @Test
  void virtualThreadsDoNotMixUpTheirData() throws Exception {
    hammer(Executors::newVirtualThreadPerTaskExecutor);
  }

  /// Sixteen threads, each with a file of its own that holds nothing but its number.
  private void hammer(Supplier<ExecutorService> threads) throws Exception {
    Kernel kernel = Kernel.linux();
    try (Fd dir = kernel.openAt(Fd.CWD, temp.toString(), Open.PATH, 0);
        ExecutorService pool = threads.get()) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        long mine = i;
        done.add(pool.submit(() -> writeAndReadBack(kernel, dir, mine)));
      }
      for (Future<?> each : done) each.get();
    }
  }

  private static Void writeAndReadBack(Kernel kernel, Fd dir, long mine) throws ErrnoException {
    String name = "file-of-" + mine;
    try (Fd file = kernel.openAt(dir, name, Open.CREATE | Open.READ_WRITE, 0600)) {
      byte[] bytes = new byte[8];
      for (int round = 0; round < 2000; round++) {
        kernel.writeAt(file, 0, ByteBuffer.wrap(bytes).putLong(0, mine).array(), 0, 8);
        assertThat(kernel.statusAt(dir, name).inode()).isEqualTo(kernel.status(file).inode());
        assertThat(kernel.readAt(file, 0, bytes, 0, 8)).isEqualTo(8);
        assertThat(ByteBuffer.wrap(bytes).getLong()).isEqualTo(mine);
      }
    }
    return null;
  }
}
