package dev.parley.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.TemporaryFile;
import dev.parley.primitive.set.DirectorySet;
import dev.parley.primitive.set.Element;
import dev.parley.sys.Errno;
import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Call;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A set that changes while it is looked at, syncs that fail, and what the dead leave.
class DirectorySetFaultTest {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);
  private static final String LONG_TEXT = "long ".repeat(100);

  @TempDir(factory = InMemory.class)
  private Path directory;

  private final FaultyKernel faulty = FaultyKernel.over(Kernel.linux());

  private Path path() {
    return directory.resolve("set");
  }

  private DirectorySet open(FileOptions options) throws IOException {
    return DirectorySet.open(faulty.kernel(), path(), options);
  }

  private interface Change {
    void on(DirectorySet set) throws IOException;
  }

  /// What to do in the middle of something.
  private Consumer<Call> doing(Change change) {
    return _ -> {
      try (DirectorySet other = DirectorySet.open(path(), OPTIONS)) {
        change.on(other);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  // ---- looking while it changes

  @Test
  void whatChangesBetweenTwoListingsIsSeenInItsOrder() throws Exception {
    try (DirectorySet set = open(OPTIONS)) {
      List<String> listed = fill();
      String early = listed.getFirst();
      String late = listed.getLast();
      AtomicBoolean follows = new AtomicBoolean();
      faulty.after("inotifyAddWatch", 1, _ -> follows.set(true));
      faulty.after(
          call -> call.is("readDirectory") && follows.get(),
          1,
          doing(
              other -> {
                other.add("new"); // first there is one more, then one less: never both gone
                other.remove(late);
                other.remove(early);
              }));
      Set<Element> elements = set.snapshot().elements();
      assertThat(elements).hasSize(listed.size() - 1).contains(Element.of("new"));
      assertThat(elements).doesNotContain(Element.of(late), Element.of(early));
    }
  }

  /// More names than one getdents64 call shows.
  private List<String> fill() throws IOException {
    for (int i = 0; i < 20_000; i++) Files.createFile(path().resolve("element-" + i));
    try (Stream<Path> all = Files.list(path())) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  @Test
  void aLongElementThatVanishesBeforeItIsReadIsNotThere() throws Exception {
    for (String listings : List.of("one", "several")) {
      try (DirectorySet set = open(OPTIONS)) {
        if (listings.equals("several")) faulty.shorten("readDirectory", 1);
        set.add("ada");
        set.add(LONG_TEXT);
        faulty.before(
            call -> call.is("openAt") && call.text(1).startsWith("%sha256"),
            1,
            doing(other -> other.remove(LONG_TEXT)));
        assertThat(set.snapshot().elements()).containsExactly(Element.of("ada"));
        set.add(LONG_TEXT);
        assertThat(set.members().elements()).hasSize(2);
        set.remove(LONG_TEXT);
      }
    }
  }

  @Test
  void eventsThatAreLostAreMadeUpForByLookingAgain() throws Exception {
    Kernel overflowing =
        Interceptor.over(
            Kernel.linux(),
            call -> {
              Object result = call.proceed();
              if (!call.is("inotifyRead") || ((List<?>) Objects.requireNonNull(result)).isEmpty()) {
                return result;
              }
              return List.of(
                  new dev.parley.sys.InotifyEvent(-1, dev.parley.sys.InotifyEvent.OVERFLOW, 0, ""));
            });
    FaultyKernel over = FaultyKernel.over(overflowing).shorten("readDirectory", 1);
    try (DirectorySet set = DirectorySet.open(over.kernel(), path(), OPTIONS)) {
      set.add("a");
      set.add("b");
      over.before(
          "inotifyRead",
          1,
          doing(
              other -> {
                other.remove("a");
                other.add("c");
              }));
      assertThat(set.snapshot().elements())
          .containsExactlyInAnyOrder(Element.of("b"), Element.of("c"));
    }
  }

  @Test
  void withoutInotifyAQuietSetIsSeenAndARestlessOneIsNot() throws Exception {
    faulty.failFrom("inotifyInit", 1, Errno.EMFILE).shorten("readDirectory", 1);
    try (DirectorySet set = open(OPTIONS)) {
      set.add("a");
      assertThat(set.snapshot().elements()).containsExactly(Element.of("a"));
      for (int nth = 1; nth < 400; nth++) {
        faulty.after("rewind", nth, doing(other -> other.remove("b")));
        faulty.after("rewind", nth, doing(other -> other.add("b")));
      }
      assertThat(set.snapshot(Duration.ofMillis(100))).isEqualTo(Optional.empty());
    }
  }

  // ---- durability

  @Test
  void whoIsToldThatNothingWasToDoCanRelyOnIt() throws Exception {
    try (DirectorySet set = open(OPTIONS.withDurable(true))) {
      set.add("ada");
      for (Change change : List.<Change>of(s -> s.add("ada"), s -> s.remove("bob"))) {
        long before = faulty.count("fsync");
        change.on(set);
        assertThat(faulty.count("fsync")).isEqualTo(before + 1);
        faulty.fail("fsync", 1, Errno.EIO);
        assertThatThrownBy(() -> change.on(set)).isInstanceOf(OutcomeUnknownException.class);
      }
    }
  }

  // ---- where it may be

  @Test
  void whereNamesAreShortOrFoldCaseItSaysSo() throws Exception {
    Kernel shortNames =
        Interceptor.over(
            Kernel.linux(),
            call -> {
              Object result = call.proceed();
              return result instanceof FilesystemStatus s ? withNames(s, 143) : result;
            });
    assertThatThrownBy(() -> DirectorySet.open(shortNames, path(), OPTIONS))
        .isInstanceOf(ParleyException.class)
        .hasMessageContaining("143");
    // As on a filesystem where it is the same file.
    Files.createFile(path().resolve(".PARLEY-SET"));
    assertThatThrownBy(() -> open(OPTIONS))
        .isInstanceOf(ParleyException.class)
        .hasMessageContaining("upper from lower case");
  }

  private static FilesystemStatus withNames(FilesystemStatus s, int bytes) {
    return new FilesystemStatus(
        s.type(),
        s.blockSizeBytes(),
        s.totalBlocks(),
        s.availableBlocks(),
        s.totalInodes(),
        s.freeInodes(),
        bytes,
        s.readOnly(),
        s.mandatoryLocks());
  }

  // ---- what the dead leave

  @Test
  void leftoversOfTheDeadAreRemovedAndNoOther() throws Exception {
    try (DirectorySet set = open(OPTIONS);
        Place place = Place.of(Kernel.linux(), path().resolve("any"));
        TemporaryFile alive = TemporaryFile.in(place.dir())) {
      MortalKernel mortal =
          new MortalKernel(
              FaultyKernel.over(Kernel.linux())
                  .failFrom(Kernels::opensUnnamed, 1, Errno.EOPNOTSUPP)
                  .kernel());
      DirectorySet dying = DirectorySet.open(mortal.kernel(), path(), OPTIONS);
      // When its name is there, before it has its content.
      mortal.dieBefore(7);
      assertThatThrownBy(() -> dying.add(LONG_TEXT)).isInstanceOf(MortalKernel.Death.class);
      assertThat(temporaries()).hasSize(2);
      assertThat(set.snapshot().elements()).isEmpty();
      assertThat(set.removeLeftovers()).isEqualTo(1);
      assertThat(temporaries()).containsExactly(alive.name());
      assertThat(set.removeLeftovers()).isZero();
    }
    assertThat(temporaries()).isEmpty();
  }

  private List<String> temporaries() throws IOException {
    try (Stream<Path> all = Files.list(path())) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".parley-new-"))
          .toList();
    }
  }

  @Test
  void aTemporaryFileThatACleanerTakesForDeadIsMadeAgain() throws Exception {
    Files.createDirectory(path());
    FaultyKernel maker = FaultyKernel.over(Kernel.linux());
    maker.before(
        "trySetLock",
        1,
        _ -> {
          try (Place place = Place.of(Kernel.linux(), path().resolve("any"))) {
            assertThat(TemporaryFile.removeLeftovers(place.dir())).isEqualTo(1);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (Place place = Place.of(maker.kernel(), path().resolve("any"))) {
      Dir dir = place.dir();
      try (TemporaryFile file = TemporaryFile.in(dir)) {
        assertThat(temporaries()).containsExactly(file.name());
      }
    }
  }
}
