package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pipes and FIFOs.
class LinuxKernelPipesTest {
  private final Kernel kernel = Kernel.linux();

  @Test
  void aPipeCarriesBytesToItsEnd() throws Exception {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1]) {
      kernel.write(writing, new byte[] {1, 2, 3}, 0, 3);
      writing.close();
      byte[] read = new byte[8];
      assertThat(kernel.read(reading, read, 0, 8)).isEqualTo(3);
      assertThat(kernel.read(reading, read, 0, 8)).as("end").isZero();
      assertThatThrownBy(() -> kernel.rewind(reading))
          .isInstanceOf(ErrnoException.class)
          .hasMessage("lseek pipe, reading end: pipes and sockets have no position (ESPIPE)");
    }
  }

  @Test
  void writingWhereNobodyReadsIsAnErrorNotADeath() throws Exception {
    Fd[] pipe = kernel.pipe();
    pipe[0].close();
    try (Fd writing = pipe[1]) {
      assertThatThrownBy(() -> kernel.write(writing, new byte[1], 0, 1))
          .isInstanceOf(ErrnoException.class)
          .hasMessageEndingWith("(EPIPE)");
    }
  }

  @Test
  void aPipeHoldsWhatItsCapacitySays() throws Exception {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1]) {
      assertThat(kernel.setPipeCapacity(writing, 10_000)).isEqualTo(16_384);
      assertThat(kernel.pipeCapacity(reading)).isEqualTo(16_384);
      kernel.write(writing, new byte[16_384], 0, 16_384);
      assertThat(kernel.unreadBytes(reading)).isEqualTo(16_384);
      assertThatThrownBy(() -> kernel.setPipeCapacity(writing, 4096))
          .hasMessageEndingWith("(EBUSY)");
    }
  }

  @Test
  void aTeeDuplicatesAndASpliceMoves() throws Exception {
    Fd[] first = kernel.pipe();
    Fd[] second = kernel.pipe();
    try (Fd reading = first[0];
        Fd writing = first[1];
        Fd otherReading = second[0];
        Fd otherWriting = second[1];
        Fd nothing = kernel.openAt(Fd.CWD, "/dev/null", Open.WRITE_ONLY, 0)) {
      assertThatThrownBy(() -> kernel.tee(reading, otherWriting, 9))
          .hasMessageEndingWith("(EAGAIN)");
      kernel.write(writing, new byte[] {1, 2, 3, 4}, 0, 4);
      assertThat(kernel.tee(reading, otherWriting, 3)).isEqualTo(3);
      assertThat(kernel.unreadBytes(reading)).isEqualTo(4);
      assertThat(kernel.splice(reading, nothing, 2)).isEqualTo(2);
      assertThat(kernel.splice(reading, otherWriting, 9)).isEqualTo(2);
      byte[] read = new byte[9];
      assertThat(kernel.read(otherReading, read, 0, 9)).isEqualTo(5);
      assertThat(read).startsWith(1, 2, 3, 3, 4);
      writing.close();
      assertThat(kernel.tee(reading, otherWriting, 9)).as("end").isZero();
    }
  }

  /// What a broadcast stands on: an atomic write is in one slot, and a tee never splits a slot.
  @Test
  void aTeeThatEndsEarlyEndsBetweenTwoWrites() throws Exception {
    Fd[] first = kernel.pipe();
    Fd[] second = kernel.pipe();
    try (Fd reading = first[0];
        Fd writing = first[1];
        Fd _ = second[0];
        Fd otherWriting = second[1]) {
      kernel.setPipeCapacity(otherWriting, 4096);
      for (int i = 0; i < 4; i++) kernel.write(writing, new byte[1500], 0, 1500);
      assertThat(kernel.tee(reading, otherWriting, 6000)).isEqualTo(3000);
    }
  }

  @Test
  void movingToWhereNobodyReadsIsAnErrorNotADeath() throws Exception {
    Fd[] first = kernel.pipe();
    Fd[] second = kernel.pipe();
    second[0].close();
    try (Fd reading = first[0];
        Fd writing = first[1];
        Fd nowhere = second[1]) {
      kernel.write(writing, new byte[1], 0, 1);
      assertThatThrownBy(() -> kernel.splice(reading, nowhere, 1))
          .hasMessage(
              "splice pipe, reading end to pipe, writing end: nobody reads the other end (EPIPE)");
      assertThatThrownBy(() -> kernel.tee(reading, nowhere, 1)).hasMessageEndingWith("(EPIPE)");
    }
  }

  @Test
  void aFifoWithoutReaderCannotBeOpenedForWriting(@TempDir Path temp) throws IOException {
    try (Fd dir = kernel.openAt(Fd.CWD, temp.toString(), Open.PATH | Open.DIRECTORY, 0)) {
      kernel.makeFifoAt(dir, "fifo", 0600);
      int writing = Open.WRITE_ONLY | Open.NON_BLOCKING;
      assertThatThrownBy(() -> kernel.openAt(dir, "fifo", writing, 0))
          .hasMessageEndingWith("(ENXIO)");
      try (Fd _ = kernel.openAt(dir, "fifo", Open.READ_ONLY | Open.NON_BLOCKING, 0)) {
        kernel.openAt(dir, "fifo", writing, 0).close();
      }
    }
  }
}
