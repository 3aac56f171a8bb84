package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.set.DirectorySet;
import dev.parley.primitive.set.DirectorySet.Members;
import dev.parley.primitive.set.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a [DirectorySet] promises.
public abstract class DirectorySetContract extends FilesContract {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);
  private static final String LONG_TEXT = "long ".repeat(100);

  protected DirectorySetContract() {}

  private Path path() {
    return directory().resolve("online");
  }

  private DirectorySet set() throws IOException {
    return opening(DirectorySet.open(kernel(), path(), OPTIONS));
  }

  private static Set<Element> elements(String... texts) {
    Set<Element> elements = new LinkedHashSet<>();
    for (String text : texts) elements.add(Element.of(text));
    return elements;
  }

  /// What `ls -A` shows, without the set's mark.
  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(path())) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".parley-set"))
          .sorted()
          .toList();
    }
  }

  // ---- elements

  @Test
  void anElementIsAddedAndRemovedOnce() throws Exception {
    DirectorySet set = set();
    DirectorySet other = set();
    assertThat(set.contains("ada")).isFalse();
    assertThat(set.remove("ada")).isFalse();
    assertThat(set.add("ada")).isTrue();
    assertThat(other.add("ada")).isFalse();
    assertThat(other.contains("ada")).isTrue();
    assertThat(other.snapshot().elements()).isEqualTo(elements("ada"));
    assertThat(other.members().elements()).isEqualTo(elements("ada"));
    assertThat(other.remove("ada")).isTrue();
    assertThat(set.remove("ada")).isFalse();
    assertThat(set.snapshot().elements()).isEmpty();
  }

  @Test
  void anyBytesAreAnElement() throws Exception {
    DirectorySet set = set();
    List<Element> all = new ArrayList<>();
    for (int b = 0; b < 256; b++) all.add(Element.of(new byte[] {(byte) b}));
    for (String text :
        List.of(
            "",
            ".",
            "..",
            ".hidden",
            ".parley-set",
            "a/b",
            "%41",
            "%",
            "%sha256-" + "0".repeat(64),
            "a\nb",
            "größe",
            "日本語",
            "\uD83D\uDE00",
            "A",
            " ",
            "-rf",
            "a".repeat(255),
            "a".repeat(256),
            "/".repeat(85),
            "/".repeat(86),
            LONG_TEXT)) {
      all.add(Element.of(text));
    }
    all.add(Element.of(new byte[] {'a', (byte) 0xFF, (byte) 0xC3, 'b'}));
    all.add(Element.of(new byte[100_000]));
    Set<Element> expected = new HashSet<>(all);
    for (Element element : expected) {
      assertThat(set.contains(element)).as("%s", element).isFalse();
      assertThat(set.add(element)).as("%s", element).isTrue();
      assertThat(set.contains(element)).as("%s", element).isTrue();
    }
    assertThat(set.snapshot().elements()).isEqualTo(expected);
    assertThat(set.members().elements()).isEqualTo(expected);
    for (Element element : expected) {
      assertThat(set.add(element)).isFalse();
      assertThat(set.remove(element)).as("%s", element).isTrue();
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void whatIsTooLargeIsRefused() throws IOException {
    DirectorySet small = opening(DirectorySet.open(kernel(), path(), OPTIONS.withMaxBytes(300)));
    assertThat(small.add("x".repeat(300))).isTrue();
    assertThatThrownBy(() -> small.add("x".repeat(301)))
        .isInstanceOf(PayloadTooLargeException.class);
  }

  @Test
  void theShellTakesPart() throws Exception {
    DirectorySet set = set();
    set.add("größe");
    set.add("two words");
    assertThat(names()).containsExactly("größe", "two words");
    Files.createFile(path().resolve("by hand"));
    assertThat(set.contains("by hand")).isTrue();
    assertThat(set.add("by hand")).isFalse();
    Files.delete(path().resolve("größe"));
    assertThat(set.snapshot().elements()).isEqualTo(elements("two words", "by hand"));
  }

  @Test
  void namesThatNoElementHasArePassedOver() throws Exception {
    DirectorySet set = set();
    set.add("ada");
    for (String name : List.of(".hidden", "%41", "%2f", "%zz", "x%", "%sha256-12")) {
      Files.createFile(path().resolve(name));
    }
    assertThat(set.snapshot().elements()).isEqualTo(elements("ada"));
    assertThat(set.contains("A")).isFalse();
    assertThat(set.contains("/")).isFalse();
  }

  // ---- long elements

  @Test
  void aDamagedLongElementIsToldAndMendedByAddingIt() throws Exception {
    DirectorySet set = set();
    set.add("ada");
    set.add(LONG_TEXT);
    Path file = path().resolve(names().getFirst());
    Files.writeString(file, "something else");
    Members members = set.snapshot();
    assertThat(members.elements()).isEqualTo(elements("ada"));
    assertThat(members.damaged()).containsExactly(file.getFileName().toString());
    assertThat(set.members()).isEqualTo(members);
    assertThat(set.contains(LONG_TEXT)).isFalse();
    assertThat(set.add(LONG_TEXT)).isTrue();
    assertThat(set.snapshot()).isEqualTo(new Members(elements("ada", LONG_TEXT), List.of()));
    assertThat(names()).hasSize(2);
  }

  @Test
  void aDirectoryInTheWayIsToldWithTheRemedy() throws Exception {
    DirectorySet set = set();
    Files.createDirectory(path().resolve("ada"));
    assertThat(set.add("ada")).isFalse();
    assertThat(set.contains("ada")).isTrue();
    assertThatThrownBy(() -> set.remove("ada"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("remove it");
    set.add(LONG_TEXT);
    String hashed = names().getFirst();
    set.remove(LONG_TEXT);
    Files.createDirectory(path().resolve(hashed));
    assertThat(set.snapshot().damaged()).containsExactly(hashed);
  }

  // ---- many

  @Test
  void ofAllWhoAddOrRemoveAtOnceOneDoes() throws Exception {
    int threads = 4;
    List<Task<List<Boolean>>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      DirectorySet set = set();
      tasks.add(
          inBackground(
              () -> {
                List<Boolean> added = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                  added.add(set.add(i % 2 == 0 ? "e" + i : LONG_TEXT + i));
                }
                return added;
              }));
    }
    int[] winners = new int[100];
    for (Task<List<Boolean>> task : tasks) {
      List<Boolean> added = task.get();
      for (int i = 0; i < 100; i++) if (added.get(i)) winners[i]++;
    }
    assertThat(winners).containsOnly(1);
    assertThat(set().snapshot().elements()).hasSize(100);
  }

  @Test
  void aSnapshotOfALargeSetIsAtOneInstant() throws Exception {
    DirectorySet set = set();
    // More names than one getdents64 call shows; the pairs are never both absent, nor both there
    // but while the second is being added.
    int many = 20_000;
    for (int i = 0; i < many; i++) Files.createFile(path().resolve("n" + i));
    set.add("first");
    DirectorySet mover = set();
    Task<Integer> moving =
        inBackground(
            () -> {
              int moves = 0;
              while (!Thread.currentThread().isInterrupted()) {
                mover.add(LONG_TEXT);
                mover.remove("first");
                mover.add("first");
                mover.remove(LONG_TEXT);
                moves++;
              }
              return moves;
            });
    for (int i = 0; i < 20; i++) {
      Set<Element> elements = set.snapshot().elements();
      assertThat(elements).hasSizeBetween(many + 1, many + 2);
      assertThat(elements.contains(Element.of("first")) || elements.contains(Element.of(LONG_TEXT)))
          .as("one of the two is always there")
          .isTrue();
    }
    moving.thread().interrupt();
    assertThat(moving.get()).isPositive();
  }

  @Test
  void aSnapshotHearsInterruptsAndTime() throws Exception {
    DirectorySet set = set();
    Task<Members> looking =
        inBackground(
            () -> {
              while (true) {
                Members members = set.snapshot();
                if (Thread.currentThread().isInterrupted()) return members;
              }
            });
    looking.thread().interrupt();
    assertThat(looking.get().elements()).isEmpty();
    assertThat(set.snapshot(LONG)).isPresent();
  }

  // ---- the directory

  @Test
  void onlyASetOrAnEmptyDirectoryIsOpened() throws Exception {
    Files.createDirectory(path());
    Path letter = Files.createFile(path().resolve("letter"));
    assertThatThrownBy(this::set)
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("touch " + path() + "/.parley-set");
    Files.delete(letter);
    DirectorySet set = set();
    set.add("ada");
    assertThat(set().contains("ada")).isTrue();
    Files.createFile(directory().resolve("file"));
    assertThatThrownBy(() -> DirectorySet.open(kernel(), directory().resolve("file"), OPTIONS))
        .hasMessageContaining("ENOTDIR");
  }

  @Test
  void directoriesThatOthersMayRearrangeAreRefused() throws Exception {
    Files.createDirectory(path());
    Files.setAttribute(path(), "unix:mode", 0777);
    assertThatThrownBy(this::set).isInstanceOf(UnsafePathException.class);
    Files.setAttribute(path(), "unix:mode", 01770);
    assertThatThrownBy(this::set)
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod -t");
  }

  @Test
  void modesAreAsAskedFor() throws Exception {
    DirectorySet set = set();
    set.add("ada");
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0040700);
    assertThat(Files.getAttribute(path().resolve("ada"), "unix:mode")).isEqualTo(0100600);
    DirectorySet shared = opening(DirectorySet.open(kernel(), path(), OPTIONS.withMode(0664)));
    shared.add("bob");
    shared.add(LONG_TEXT);
    for (String name : names()) {
      if (name.equals("ada")) continue;
      assertThat(Files.getAttribute(path().resolve(name), "unix:mode")).isEqualTo(0100664);
    }
    assertThat(Files.readString(path().resolve(names().getFirst()), UTF_8)).isEqualTo(LONG_TEXT);
  }
}
