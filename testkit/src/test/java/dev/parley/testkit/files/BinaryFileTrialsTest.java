package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.BinaryFile;
import dev.parley.primitive.atomic.WriteOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.crash.FilesystemModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Those who change a file in place meet failures, deaths and power cuts.
@Timeout(300)
class BinaryFileTrialsTest {
  private static final WriteOptions OPTIONS = WriteOptions.defaults();

  @TempDir(factory = InMemory.class)
  private Path place;

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Updates(false)).everyCallFails();
    new Trials(place, new Updates(true)).everyCallFails();
  }

  @Test
  void aWriterMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Updates(false)).dyingBeforeEachCall();
    new Trials(place, new Updates(true)).dyingBeforeEachCall();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoAtAnyTime(FilesystemModel model) throws Exception {
    new Trials(place, new Updates(false)).powerCuts(model);
    new Trials(place, new Updates(true)).powerCuts(model);
  }

  private static Path path(Path directory) {
    return directory.resolve("table");
  }

  /// @param readFirst whether somebody only reads what the dead one has left
  private record Updates(boolean readFirst) implements Scenario {
    @Override
    public void prepare(Path directory) throws Exception {
      try (AtomicFile file = AtomicFile.at(path(directory), OPTIONS)) {
        file.write("..0000..".getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      // Byte by byte, so that one can die in the middle.
      Kernel slow = FaultyKernel.over(kernel).shorten("writeAt", 1).kernel();
      try (BinaryFile file = BinaryFile.at(slow, path(directory), OPTIONS)) {
        for (String next : List.of("1111", "2222")) {
          promise.accept("begun " + next);
          file.update(2, 4, _ -> next.getBytes(UTF_8));
          promise.accept("done " + next);
        }
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      List<String> possible = new ArrayList<>(List.of("..0000.."));
      for (Object promise : promises) {
        String[] words = promise.toString().split(" ");
        if (words[0].equals("done")) possible.clear();
        possible.add(".." + words[1] + "..");
      }
      readdressNote(directory);
      try (BinaryFile file = BinaryFile.at(path(directory), OPTIONS.withDurable(false))) {
        if (readFirst) {
          assertThat(new String(file.read(0, 8), UTF_8)).isIn(possible);
          assertThat(".." + new String(file.read(4, 2), UTF_8).repeat(2) + "..").isIn(possible);
        }
        String[] seen = {""};
        file.update(
            0,
            8,
            before -> {
              seen[0] = new String(before, UTF_8);
              return "next one".getBytes(UTF_8);
            });
        assertThat(seen[0]).isIn(possible);
        assertThat(file.read(0, 8)).isEqualTo("next one".getBytes(UTF_8));
      }
    }
  }

  /// After a real power cut a file has the inode number that it had; after one that is played it is
  /// another file. A whole note of what was about to be written gets the present number.
  private static void readdressNote(Path directory) throws IOException {
    Path note = directory.resolve(".table.parley-redo");
    if (!Files.exists(note)) return;
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(note)).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.limit() - Integer.BYTES;
    if (length < 0 || bytes.getInt(length) != crc(bytes.array(), length)) return;
    bytes.putLong(Long.BYTES, (long) Files.getAttribute(path(directory), "unix:ino"));
    bytes.putInt(length, crc(bytes.array(), length));
    Files.write(note, bytes.array());
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  // ---- what is left of an update that did not come to its end

  /// An update to "1111" whose writer died when two bytes were written.
  private Path halfDone() throws Exception {
    Path path = path(place);
    Files.writeString(path, "..0000..");
    MortalKernel mortal = new MortalKernel(Kernel.linux());
    FaultyKernel slow = FaultyKernel.over(mortal.kernel()).shorten("writeAt", 1);
    slow.before("writeAt", 3, _ -> mortal.die());
    BinaryFile dying = BinaryFile.at(slow.kernel(), path, OPTIONS.withDurable(false));
    assertThatThrownBy(() -> dying.update(2, 4, _ -> "1111".getBytes(UTF_8)))
        .isInstanceOf(MortalKernel.Death.class);
    assertThat(path).hasContent("..1100..");
    return path;
  }

  @Test
  void aWholeUpdateFinishesWhatADeadOneBegan() throws Exception {
    Path path = halfDone();
    try (AtomicFile file = AtomicFile.at(path, OPTIONS)) {
      file.update(before -> (new String(before.orElseThrow(), UTF_8) + "!").getBytes(UTF_8));
    }
    assertThat(path).hasContent("..1111..!");
    assertThat(place.toFile().list()).containsExactlyInAnyOrder("table", ".table.lock");
  }

  @Test
  void whatADeadOneBeganIsNotDoneToAnotherFile() throws Exception {
    Path path = halfDone();
    Path redo = place.resolve(".table.parley-redo");
    byte[] begun = Files.readAllBytes(redo);
    Files.writeString(path, "other one"); // in place: the same inode number
    try (BinaryFile file = BinaryFile.at(path, OPTIONS)) {
      assertThat(file.read(0, 9)).isEqualTo("other one".getBytes(UTF_8));
      file.update(0, 1, before -> before);
      assertThat(path).hasContent("other one");
      assertThat(redo).doesNotExist();
      Files.write(redo, begun);
      Path copy = Files.writeString(place.resolve("copy"), "..1100..");
      Files.move(copy, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      file.update(0, 1, before -> before);
      assertThat(path).as("another inode").hasContent("..1100..");
    }
  }

  @Test
  void aTornNoteIsDropped() throws Exception {
    Path path = halfDone();
    Path redo = place.resolve(".table.parley-redo");
    byte[] begun = Files.readAllBytes(redo);
    for (int length = 0; length < begun.length; length++) {
      Files.write(redo, java.util.Arrays.copyOf(begun, length));
      try (BinaryFile file = BinaryFile.at(path, OPTIONS)) {
        assertThat(file.read(2, 4)).isEqualTo("1100".getBytes(UTF_8));
        file.update(0, 1, before -> before);
      }
      assertThat(redo).doesNotExist();
    }
  }

  @Test
  void aStrangersNoteIsRefused() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving files away takes root");
    Path path = halfDone();
    Path redo = place.resolve(".table.parley-redo");
    Files.setAttribute(redo, "unix:uid", 65534);
    try (BinaryFile file = BinaryFile.at(path, OPTIONS)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> file.update(0, 1, before -> before))
            .isInstanceOf(UnsafePathException.class)
            .hasMessageContaining("65534");
      }
    }
    assertThat(path).hasContent("..1100..");
  }

  @Test
  void aFullDiskInTheMiddleLeavesTheOutcomeUnknownAndTheNextFinishesIt() throws Exception {
    Path path = path(place);
    Files.writeString(path, "..0000..");
    FaultyKernel faulty =
        FaultyKernel.over(Kernel.linux()).shorten("writeAt", 1).fail("writeAt", 3, Errno.ENOSPC);
    try (BinaryFile file = BinaryFile.at(faulty.kernel(), path, OPTIONS)) {
      assertThatThrownBy(() -> file.update(2, 4, _ -> "1111".getBytes(UTF_8)))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("the next one finishes it");
      assertThat(path).hasContent("..1100..");
      assertThat(file.read(0, 8)).isEqualTo("..1111..".getBytes(UTF_8));
      file.update(0, 1, _ -> "x".getBytes(UTF_8));
      assertThat(path).hasContent("x.1111..");
    }
  }
}
