package dev.parley.testkit.fifo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.SendOutcome;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The programs people already use at the other end: mkfifo, cat, echo, dd, flock, python3.
@Timeout(120)
class FifoInteropTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  /// Writes frames as the page says, in Python: argv are the FIFO and the messages, each of one
  /// frame.
  private static final String PYTHON_FRAMES =
      """
      import os, struct, sys
      table = []
      for n in range(256):
          c = n
          for _ in range(8): c = c >> 1 ^ (0x82F63B78 if c & 1 else 0)
          table.append(c)
      def crc32c(data):
          c = 0xFFFFFFFF
          for b in data: c = c >> 8 ^ table[(c ^ b) & 255]
          return c ^ 0xFFFFFFFF
      fifo = os.open(sys.argv[1], os.O_WRONLY)
      writer = int.from_bytes(os.urandom(7), 'little')
      for number, text in enumerate(sys.argv[2:]):
          payload = text.encode()
          head = struct.pack('<4sHHIIQII', b'\\x9aPF\\x01', len(payload), 0, len(payload), 0,
                             writer, number, crc32c(payload))
          os.write(fifo, head + struct.pack('<I', crc32c(head)) + payload)
      """;

  private final Kernel kernel = Kernel.linux();
  private final ProcessHarness programs = new ProcessHarness();
  @TempDir private Path dir;
  private Path path;
  private Place place;

  @BeforeEach
  void make() throws Exception {
    path = dir.resolve("fifo");
    ProcessHarness.run("mkfifo", "-m", "600", path.toString());
    place = Place.of(kernel, path);
  }

  @AfterEach
  void close() {
    programs.close();
    place.close();
  }

  // ---- lines and bytes

  @Test
  void echoIsALine() throws Exception {
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.lines()).orElseThrow()) {
      sh("echo first > \"$1\"; printf 'second\\nlast without newline' > \"$1\"").awaitExit();
      assertThat(texts(reader, 3)).containsExactly("first", "second", "last without newline");
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.NO_WRITER_YET);
    }
  }

  @Test
  void manyShellsWriteLinesAtOnceAndEachStaysWhole() throws Exception {
    int shells = 4;
    int each = 200;
    String line = "x".repeat(300);
    List<Child> writers = new ArrayList<>();
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.lines()).orElseThrow()) {
      for (int i = 0; i < shells; i++) {
        String loop = "for n in $(seq " + each + "); do echo " + line + " > \"$1\"; done";
        writers.add(sh(loop));
      }
      assertThat(texts(reader, shells * each)).containsOnly(line);
      for (Child writer : writers) assertThat(writer.awaitExit()).isZero();
    }
  }

  @Test
  void catShowsTheLinesOfAWriterThatWaitedForIt() throws Exception {
    try (FifoWriter writer = FifoWriter.open(place, FifoOptions.lines())) {
      Child cat = programs.program("cat", path.toString());
      assertThat(writer.send("one".getBytes(UTF_8), SOON)).isEqualTo(SendOutcome.WRITTEN);
      assertThat(writer.send("two".getBytes(UTF_8), SOON)).isEqualTo(SendOutcome.WRITTEN);
      cat.awaitLine("two");
      assertThat(cat.output()).isEqualTo("one\ntwo");
      cat.kill();
      assertThat(writer.trySend("three".getBytes(UTF_8))).isEqualTo(SendOutcome.READER_GONE);
    }
  }

  @Test
  void aShellReadsLineByLine() throws Exception {
    try (FifoWriter writer = FifoWriter.open(place, FifoOptions.lines())) {
      Child shell = sh("while read -r line; do echo \"got $line\"; done < \"$1\"; echo end");
      writer.send("a b".getBytes(UTF_8), SOON);
      shell.awaitLine("got a b");
      writer.close();
      shell.awaitLine("end");
    }
  }

  @Test
  void ddMovesBytesBothWays() throws Exception {
    byte[] bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 7);
    Path file = Files.write(dir.resolve("file"), bytes);
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.bytes()).orElseThrow()) {
      Child dd = programs.program("dd", "if=" + file, "of=" + path, "bs=64k");
      int at = 0;
      while (at < bytes.length) {
        byte[] part = ((Received.Message) reader.receive(SOON)).payload();
        for (byte each : part) assertThat(each).isEqualTo(bytes[at++]);
      }
      assertThat(reader.receive(SOON)).isEqualTo(Received.Nothing.WRITERS_GONE);
      assertThat(dd.awaitExit()).isZero();
    }
    Path copy = dir.resolve("copy");
    try (FifoWriter writer = FifoWriter.open(place, FifoOptions.bytes())) {
      Child dd = programs.program("dd", "if=" + path, "of=" + copy, "bs=64k");
      for (int at = 0; at < bytes.length; at += 4096) {
        byte[] part = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 4096));
        assertThat(writer.send(part, SOON)).isEqualTo(SendOutcome.WRITTEN);
      }
      writer.close();
      assertThat(dd.awaitExit()).isZero();
    }
    assertThat(copy).hasBinaryContent(bytes);
  }

  @Test
  void readByteByByteALineReaderTakesNothingOfTheNextLine() throws Exception {
    FifoOptions options = FifoOptions.lines().withReadAheadBytes(0);
    try (FifoWriter writer = FifoWriter.open(place, options)) {
      try (FifoReader reader = FifoReader.tryOpen(place, options).orElseThrow()) {
        writer.send("first".getBytes(UTF_8), SOON);
        writer.send("second".getBytes(UTF_8), SOON);
        assertThat(texts(reader, 1)).containsExactly("first");
      }
      Child cat = programs.program("cat", path.toString());
      cat.awaitLine("second");
      assertThat(cat.output()).isEqualTo("second");
    }
  }

  // ---- frames among foreign programs

  @Test
  void whatEchoWritesBetweenFramesIsSkippedAndNothingElse() throws Exception {
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow();
        FifoWriter writer = FifoWriter.open(place, FifoOptions.frames())) {
      writer.send("before".getBytes(UTF_8), SOON);
      sh("echo x > \"$1\"").awaitExit();
      writer.send("after".getBytes(UTF_8), SOON);
      assertThat(texts(reader, 1)).containsExactly("before");
      assertThat(reader.tryReceive())
          .isEqualTo(new Received.Skipped(Received.Reason.GARBAGE, 0, 2));
      assertThat(texts(reader, 1)).containsExactly("after");
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
    }
  }

  @Test
  void aDdOfRandomBytesAmongLargeMessagesCostsNoMessage() throws Exception {
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow();
        FifoWriter writer = FifoWriter.open(place, FifoOptions.frames())) {
      Child dd = programs.program("dd", "if=/dev/urandom", "of=" + path, "bs=100000", "count=20");
      Thread sender = Thread.startVirtualThread(() -> sendLarge(writer, 20));
      long garbage = 0;
      int messages = 0;
      while (messages < 20 || garbage < 2_000_000) {
        switch (reader.receive(SOON)) {
          case Received.Message message -> {
            assertThat(message.payload()).hasSize(50_000).containsOnly((byte) messages);
            messages++;
          }
          case Received.Skipped skipped -> {
            assertThat(skipped.reason()).isEqualTo(Received.Reason.GARBAGE);
            garbage += skipped.bytes();
          }
          case Received.Nothing nothing ->
              assertThat(nothing).isEqualTo(Received.Nothing.WRITERS_GONE);
        }
      }
      assertThat(garbage).isEqualTo(2_000_000);
      sender.join();
      assertThat(dd.awaitExit()).isZero();
    }
  }

  private static void sendLarge(FifoWriter writer, int count) {
    try {
      for (int i = 0; i < count; i++) {
        byte[] payload = new byte[50_000];
        java.util.Arrays.fill(payload, (byte) i);
        writer.send(payload, SOON);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void pythonWritesFramesByThePage() throws Exception {
    assumePython();
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
      Child python =
          programs.program("python3", "-c", PYTHON_FRAMES, path.toString(), "eins", "", "drei ä");
      assertThat(texts(reader, 3)).containsExactly("eins", "", "drei ä");
      assertThat(python.awaitExit()).as(python.output()).isZero();
      assertThat(reader.receive(SOON)).isEqualTo(Received.Nothing.WRITERS_GONE);
    }
  }

  @Test
  void aReaderThatTakesPartsAwayCostsNoMoreThanWhatItTook() throws Exception {
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow();
        FifoWriter writer = FifoWriter.open(place, FifoOptions.frames())) {
      for (String text : List.of("first", "second", "third")) {
        writer.send(text.getBytes(UTF_8), SOON);
      }
      ProcessHarness.run("dd", "if=" + path, "of=/dev/null", "bs=50", "count=1");
      assertThat(reader.tryReceive())
          .isEqualTo(new Received.Skipped(Received.Reason.GARBAGE, 0, 36 + 5 + 36 + 6 - 50));
      assertThat(texts(reader, 1)).containsExactly("third");
    }
  }

  // ---- the one reader

  @Test
  void whoHoldsTheLockOfFlockIsTheReader() throws Exception {
    try (FifoReader _ = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
      Child busy = sh("exec 9<> \"$1\"; flock -n 9 || echo taken");
      busy.awaitLine("taken");
    }
    Child flock = sh("exec 9<> \"$1\"; flock -n 9 && echo held && sleep 1000");
    flock.awaitLine("held");
    assertThat(FifoReader.tryOpen(place, FifoOptions.frames())).isEmpty();
    flock.kill();
    FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow().close();
  }

  @Test
  void aShellThatHoldsBothEndsKeepsTheContent() throws Exception {
    Child keeper = sh("exec 9<> \"$1\"; echo open; sleep 1000");
    keeper.awaitLine("open");
    try (FifoWriter writer = FifoWriter.open(place, FifoOptions.frames())) {
      assertThat(writer.trySend("kept".getBytes(UTF_8))).isEqualTo(SendOutcome.WRITTEN);
    }
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
      assertThat(texts(reader, 1)).containsExactly("kept");
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
    }
  }

  @Test
  void whatFifoMakesIsWhatMkfifoMakes() throws Exception {
    Path made = dir.resolve("made");
    try (Place there = Place.of(kernel, made)) {
      assertThat(Fifo.make(there, 0640)).isTrue();
      assertThat(Fifo.make(there, 0600)).as("it is there").isFalse();
    }
    assertThat(ProcessHarness.run("stat", "-c", "%F %a", made.toString())).isEqualTo("fifo 640");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rw-r-----");
    assertThat(Files.list(dir)).containsExactlyInAnyOrder(path, made);
  }

  // ---- tools

  private Child sh(String script) throws IOException {
    return programs.program("sh", "-c", script, "sh", path.toString());
  }

  /// The texts of so many messages, past ends.
  private static List<String> texts(FifoReader reader, int count) throws Exception {
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      switch (reader.receive(SOON)) {
        case Received.Message message -> texts.add(message.text());
        case Received.Nothing.WRITERS_GONE -> {}
        case Received other -> throw new AssertionError(other + " after " + texts);
      }
    }
    // The end of the last one who wrote.
    if (reader.unreadBytes() == 0 && reader.tryReceive() instanceof Received.Message message) {
      throw new AssertionError("one too many: " + message.text());
    }
    return texts;
  }

  private static void assumePython() {
    try {
      ProcessHarness.run("python3", "--version");
    } catch (IOException | InterruptedException | AssertionError e) {
      assumeTrue(false, "skipped: needs python3: " + e.getMessage());
    }
  }
}
