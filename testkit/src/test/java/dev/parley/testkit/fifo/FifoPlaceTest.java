package dev.parley.testkit.fifo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.NoSuchNameException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is at the place, and what is refused there.
@Timeout(60)
class FifoPlaceTest {
  private static final FifoOptions FRAMES = FifoOptions.frames();

  private final Kernel kernel = Kernel.linux();
  @TempDir private Path dir;

  @Test
  void whatIsNoFifoIsRefusedAndNotTouched() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "content");
    Path directory = Files.createDirectory(dir.resolve("directory"));
    Path socket = dir.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      for (Path path : new Path[] {file, directory, socket}) {
        try (Place place = Place.of(kernel, path)) {
          refused(() -> FifoReader.tryOpen(place, FRAMES), "where a FIFO should be");
          refused(() -> FifoWriter.open(place, FRAMES), "where a FIFO should be");
          refused(() -> Fifo.make(place, 0600), "where a FIFO should be");
        }
      }
    }
    assertThat(file).hasContent("content");
  }

  @Test
  void aLinkThatAppearsAfterThePlaceWasFoundIsRefused() throws Exception {
    ProcessHarness.run("mkfifo", dir.resolve("real").toString());
    try (Place place = Place.of(kernel, dir.resolve("name"))) {
      Files.createSymbolicLink(dir.resolve("name"), dir.resolve("real"));
      refused(() -> FifoReader.tryOpen(place, FRAMES), "is a symbolic link");
      refused(() -> FifoWriter.open(place, FRAMES), "is a symbolic link");
    }
  }

  @Test
  void anotherUsersFifoWhereAnybodyCouldPutItIsRefused() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving files to another user takes root");
    Files.setAttribute(dir, "unix:mode", 01777);
    Path planted = dir.resolve("planted");
    ProcessHarness.run("mkfifo", planted.toString());
    Files.setAttribute(planted, "unix:uid", 65534);
    try (Place place = Place.of(kernel, planted)) {
      refused(() -> FifoReader.tryOpen(place, FRAMES), "belongs to user 65534");
      refused(() -> FifoWriter.open(place, FRAMES), "belongs to user 65534");
      refused(() -> Fifo.make(place, 0600), "belongs to user 65534");
    }
  }

  @Test
  void whatIsNotThereIsSaidWithTheRemedy() throws Exception {
    try (Place place = Place.of(kernel, dir.resolve("none"))) {
      assertThatThrownBy(() -> FifoReader.tryOpen(place, FRAMES))
          .isInstanceOf(NoSuchNameException.class)
          .hasMessageContaining("mkfifo " + dir.resolve("none"));
      assertThatThrownBy(() -> FifoWriter.open(place, FRAMES))
          .isInstanceOf(NoSuchNameException.class);
    }
  }

  @Test
  void permissionsAreTheFifosMode() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: becoming another user takes root");
    Files.setAttribute(dir, "unix:mode", 0755);
    Path path = dir.resolve("fifo");
    try (Place place = Place.of(kernel, path)) {
      Fifo.make(place, 0622);
    }
    try (ProcessHarness other = ProcessHarness.asUser(12345, 12345)) {
      Child reading = other.java(FifoActor.class, "reader", path.toString());
      reading.awaitLine("failed ErrnoException");
      assertThat(reading.output()).contains("permission denied (EACCES)");
      Child writing = other.java(FifoActor.class, "writer", path.toString(), "w", "10");
      try (Place place = Place.of(kernel, path);
          FifoReader reader = FifoReader.tryOpen(place, FRAMES).orElseThrow()) {
        assertThat(reader.receive(Duration.ofMinutes(1))).isInstanceOf(Received.Message.class);
        writing.kill();
      }
    }
  }

  @Test
  void theModeIsWhatWasAskedForWhateverTheUmask() throws Exception {
    try (ProcessHarness processes =
        new ProcessHarness().through("sh", "-c", "umask 0277; exec \"$@\"", "sh")) {
      Child making =
          processes.java(FifoActor.class, "make", dir.resolve("fifo").toString(), "0666");
      making.awaitLine("made");
    }
    assertThat(Files.getAttribute(dir.resolve("fifo"), "unix:mode")).isEqualTo(010666);
    assertThat(dir.toFile().list()).containsExactly("fifo");
  }

  @Test
  void aLineThatCouldBeTornOrIsTwoIsRefused() throws Exception {
    try (Place place = Place.of(kernel, dir.resolve("fifo"))) {
      Fifo.make(place, 0600);
      try (FifoWriter writer = FifoWriter.open(place, FifoOptions.lines())) {
        assertThatThrownBy(() -> writer.trySend(new byte[4096]))
            .isInstanceOf(PayloadTooLargeException.class)
            .hasMessageContaining("up to 4095 bytes")
            .hasMessageContaining("send frames");
        assertThatThrownBy(() -> writer.trySend("a\nb".getBytes()))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void aPlantedDeviceIsNotOpened() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: making a device takes root");
    Path device = dir.resolve("device");
    try {
      ProcessHarness.run("mknod", device.toString(), "c", "1", "3");
    } catch (AssertionError e) {
      assumeTrue(false, "skipped: devices cannot be made here: " + e.getMessage());
    }
    try (Place place = Place.of(kernel, device)) {
      refused(() -> FifoWriter.open(place, FRAMES), "is a character device");
      refused(() -> FifoReader.tryOpen(place, FRAMES), "is a character device");
    }
  }

  @Test
  void aFilesystemWithoutFifosSaysSo() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(kernel);
    faulty.fail("makeFifoAt", 1, Errno.EPERM);
    try (Place place = Place.of(faulty.kernel(), dir.resolve("fifo"))) {
      assertThatThrownBy(() -> Fifo.make(place, 0600))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
    }
  }

  private static void refused(ThrowingCallable attempt, String reason) throws IOException {
    assertThatThrownBy(attempt)
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining(reason);
  }
}
