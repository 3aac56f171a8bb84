package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever lies about in a space: each command works or says why not in words, with an exit code
/// of sysexits(3), and never shows a stack trace.
class BadInputTest {
  /// One of each command that opens a space and ends by itself, those that only look first.
  private static final List<String> COMMANDS =
      List.of(
          "ls",
          "stats",
          "stats mails",
          "members",
          "configure mails",
          "receive mails --peek",
          "dead mails ls",
          "fsck",
          "subscribe news --as audit -n 1 --wait 0",
          "publish news",
          "send mails --id 2",
          "hold mails",
          "release mails",
          "receive mails -n 2",
          "dead mails replay ALL",
          "purge mails",
          "fsck --repair");

  @TempDir Path directory;
  private Path space;
  private InProcess here;

  @BeforeEach
  void space() {
    space = directory.resolve("space");
    here = new InProcess(space);
  }

  // ---- other formats, damaged messages

  @Test
  void aSpaceOfAFormatToComeIs65ForEveryCommand() throws Exception {
    prepare();
    replaceIn(space.resolve("parley-space"), "format=1", "format=2");
    for (String command : COMMANDS) {
      InProcess.Result result = run(command);
      assertThat(result.code()).as(command).isEqualTo(65);
      assertThat(result.out()).as(command).isEmpty();
      assertThat(result.err().lines()).as(command).hasSize(1);
      assertThat(result.err()).startsWith("parley: ").contains("format 2", space.toString());
    }
  }

  @Test
  void aQueueOfAFormatToComeIs65AndTheOthersGoOn() throws Exception {
    prepare();
    replaceIn(space.resolve("queues/mails/settings"), "format=1", "format=7");
    InProcess.Result result = run("receive mails");
    assertThat(result.code()).isEqualTo(65);
    assertThat(result.err()).contains("format 7", "mails");
    assertThat(run("send other").code()).isZero();
    assertThat(run("receive other").out()).isEqualTo("x");
  }

  @Test
  void aDamagedMessageIsADeadLetterAndTheNextOneComes() throws Exception {
    here.runWith("damaged", "send", "q");
    replaceIn(messageIn("q"), "damaged", "DAMAGED");
    here.runWith("sound", "send", "q");
    assertPutAside("damaged");
  }

  @Test
  void aMessageThatWasCutIsADeadLetterAndTheNextOneComes() throws Exception {
    here.runWith("cut", "send", "q");
    try (FileChannel file = FileChannel.open(messageIn("q"), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }
    here.runWith("sound", "send", "q");
    assertPutAside("damaged");
  }

  @Test
  void aMessageOfAFormatToComeIsADeadLetterAndTheNextOneComes() throws Exception {
    here.runWith("foreign", "send", "q");
    replaceIn(messageIn("q"), "parley-message 1", "parley-message 9");
    here.runWith("sound", "send", "q");
    assertPutAside("format '9'");
  }

  @Test
  void whatIsNoMessageIsPutAsideUnopened() throws Exception {
    here.runWith("first", "send", "q");
    Path bucket = messageIn("q").getParent();
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(bucket.resolve("0000000000000001-aaaaaaaaaaaa.p4.a0"), secret);
    makeFifo(bucket.resolve("0000000000000002-aaaaaaaaaaaa.p4.a0"));
    Files.createDirectory(bucket.resolve("0000000000000003-aaaaaaaaaaaa.p4.a0"));
    InProcess.Result result = run("receive q -n 9");
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("first\n");
    assertThat(here.json("dead", "q", "ls")).hasSize(3);
    assertThat(run("fsck").code()).isZero();
    assertThat(run("dead q rm ALL").code()).isZero();
    assertThat(secret).hasContent("secret");
  }

  /// The sound message is received, and the dead letter says why.
  private void assertPutAside(String reason) throws IOException {
    InProcess.Result result = run("receive q");
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("sound");
    assertThat(here.json("dead", "q", "ls"))
        .singleElement()
        .satisfies(letter -> assertThat(letter.get("reason")).asString().contains(reason));
  }

  // ---- names

  @Test
  void namesThatAreNoneAreRefusedByEveryCommandAndTouchNothing() throws Exception {
    prepare();
    List<Path> before = namesIn(directory);
    for (String name : List.of("..", "../x", "/etc", "a/../../x", "a\0b", ".x", "x".repeat(300))) {
      for (String command : COMMANDS) {
        if (!command.contains(" mails") && !command.contains(" news")) continue;
        String[] words = command.split(" ");
        words[1] = name;
        InProcess.Result result = here.run(words);
        String what = command + " with " + name;
        assertInWords(what, result);
        boolean looks = command.startsWith("stats") || command.startsWith("ls");
        assertThat(result.code()).as(what).isEqualTo(looks ? 1 : 64);
        assertThat(result.err()).as(what).startsWith("parley: ");
      }
    }
    assertThat(namesIn(directory)).isEqualTo(before);
  }

  // ---- anything in the way of anything

  /// What may take a file's or a folder's place.
  enum Impostor {
    SYMLINK,
    FIFO,
    WRONG_KIND
  }

  /// Each name in a space is replaced by an impostor in turn, and every command tried. The
  /// library's own test tries each impostor for each name; here it is about the words.
  @Test
  void anythingMayBeInTheWayOfAnything() throws Exception {
    prepare();
    Path model = Files.move(space, directory.resolve("model"));
    List<Path> names = namesIn(model);
    assertThat(names).hasSizeGreaterThan(30);
    for (int i = 0; i < names.size(); i++) {
      Path name = names.get(i);
      Impostor impostor = Impostor.values()[i % Impostor.values().length];
      copy(model, space);
      Path path = space.resolve(name);
      Path aside = Files.move(path, directory.resolve("aside"));
      plant(impostor, path, aside);
      List<String> behind = contents(aside);
      for (String command : COMMANDS) {
        String what = command + ", and " + name + " is a " + impostor;
        assertInWords(what, run(command));
        assertThat(contents(aside)).as(what).isEqualTo(behind);
      }
      remove(space);
      remove(aside);
    }
  }

  private static void plant(Impostor impostor, Path path, Path original)
      throws IOException, InterruptedException {
    switch (impostor) {
      case SYMLINK -> Files.createSymbolicLink(path, original);
      case FIFO -> makeFifo(path);
      case WRONG_KIND -> {
        if (Files.isDirectory(original)) Files.createFile(path);
        else Files.createDirectory(path);
      }
    }
  }

  /// Names and contents below a path.
  private static List<String> contents(Path path) throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      return paths
          .map(
              each -> {
                try {
                  return each + (Files.isRegularFile(each) ? Files.readString(each) : "");
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              })
          .sorted()
          .toList();
    }
  }

  // ---- helpers

  /// Makes a space with something of everything in it.
  private void prepare() {
    for (String command :
        List.of(
            "send mails",
            "receive mails --json",
            "subscribe news --as audit --from beginning -n 1 --wait 0",
            "send mails --id 1",
            "send mails --delay 9h",
            "send mails",
            "publish news")) {
      run(command);
    }
  }

  /// Runs one with a small message on standard input.
  private InProcess.Result run(String command) {
    return here.runWith("x", command.split(" "));
  }

  private static void assertInWords(String what, InProcess.Result result) {
    assertThat(result.code()).as(what).isIn(0, 1, 64, 65, 69, 74, 75, 77);
    assertThat(result.err()).as(what).doesNotContain("\tat ", "Exception", "null", "mistake");
    if (result.code() > 1) {
      assertThat(result.out() + result.err()).as(what).isNotBlank();
      assertThat(result.err().lines()).as(what).allMatch(line -> line.startsWith("parley: "));
    }
  }

  private Path messageIn(String queue) throws IOException {
    try (Stream<Path> files = Files.walk(space.resolve("queues").resolve(queue))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".p4.a0"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void replaceIn(Path file, String before, String after) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, after));
  }

  private static void makeFifo(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  /// Everything below a directory, relative to it, parents first.
  private static List<Path> namesIn(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.skip(1).map(directory::relativize).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    List<String> command = List.of("cp", "-a", from.toString(), to.toString());
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  private static void remove(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return;
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }
}
