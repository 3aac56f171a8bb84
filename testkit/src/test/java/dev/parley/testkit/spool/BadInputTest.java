package dev.parley.testkit.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.parley.BadFormatException;
import dev.parley.Claim;
import dev.parley.DeadLetters.DeadLetter;
import dev.parley.NoSuchNameException;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.UnknownFormatException;
import dev.parley.UnsafePathException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.testkit.Call;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever lies about in a space: each a clear error or a quarantined item, never a lost or
/// half-visible message.
@Timeout(300)
class BadInputTest {
  private static final Duration NOT_FOR_EVER = Duration.ofSeconds(20);

  /// Those above make an upper-case letter of a lower-case one: another way to write a hex number.
  private static final int BITS_THAT_MATTER = 5;

  @TempDir(factory = InMemory.class)
  private Path dir;

  // ---- other formats

  @Test
  void aSpaceOfAFormatToComeIsRefusedNamingBoth() throws Exception {
    Path place = prepared();
    replaceIn(place.resolve("parley-space"), "format=1", "format=2");
    assertThatThrownBy(() -> Space.open(place))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("format 1")
        .hasMessageContaining(place.toString());
  }

  @Test
  void aQueueOfAFormatToComeIsRefusedAndTheOthersGoOn() throws Exception {
    Path place = prepared();
    replaceIn(place.resolve("queues/mails/settings"), "format=1", "format=7");
    try (Space space = Space.open(place)) {
      assertThatThrownBy(() -> space.queue("mails"))
          .isInstanceOf(UnknownFormatException.class)
          .hasMessageContaining("format 7")
          .hasMessageContaining("mails");
      space.queue("other").send(Outgoing.of("fine"));
      assertThat(space.check(true))
          .filteredOn(finding -> finding.path().endsWith("settings"))
          .singleElement()
          .matches(finding -> !finding.repaired());
      assertThat(place.resolve("queues/mails/settings")).content().contains("format=7");
    }
  }

  @Test
  void aMessageOfAFormatToComeIsADeadLetter() throws Exception {
    Path place = prepared();
    replaceIn(fileOf(place, "first"), "parley-message 1", "parley-message 2");
    try (Space space = Space.open(place)) {
      Queue queue = space.queue("mails");
      assertThat(texts(queue)).containsExactly("high", "failed", "second");
      assertThat(queue.dead().list())
          .extracting(DeadLetter::reason)
          .anyMatch(r -> r.contains("format"));
    }
  }

  @Test
  void aTopicOfAFormatToComeIsRefused() throws Exception {
    Path place = prepared();
    replaceIn(place.resolve("topics/news/settings"), "format=1", "format=3");
    try (Space space = Space.open(place)) {
      assertThatThrownBy(() -> space.topic("news"))
          .isInstanceOf(UnknownFormatException.class)
          .hasMessageContaining("format 3")
          .hasMessageContaining("news");
      assertThat(space.check(true))
          .filteredOn(finding -> finding.path().endsWith("settings"))
          .singleElement()
          .matches(finding -> !finding.repaired());
      assertThat(place.resolve("topics/news/settings")).content().contains("format=3");
    }
  }

  @Test
  void aDirectoryThatIsNoSpaceIsLeftAlone() throws Exception {
    Path place = Files.createDirectory(dir.resolve("photos"));
    Files.setAttribute(place, "unix:mode", 0700);
    Files.writeString(place.resolve("holiday.jpg"), "x");
    assertThatThrownBy(() -> Space.open(place))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("holiday.jpg");
    assertThat(place.toFile().list()).containsExactly("holiday.jpg");
  }

  @Test
  void aPlaceThatIsAFileOrIsNotThereIsSaidToBe() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> Space.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("file");
    SpaceOptions existing = SpaceOptions.defaults().withCreate(false);
    assertThatThrownBy(() -> Space.open(dir.resolve("nowhere"), existing))
        .isInstanceOf(NoSuchNameException.class)
        .hasMessageContaining("nowhere");
    assertThat(dir.resolve("nowhere")).doesNotExist();
  }

  // ---- damaged messages

  @Test
  void aMessageCutAtAnyPlaceIsADeadLetterWithTheReason() throws Exception {
    quarantinesAll(bytes -> lengths(bytes).map(length -> Arrays.copyOf(bytes, length)).toList());
  }

  private static Stream<Integer> lengths(byte[] bytes) {
    return Stream.iterate(0, length -> length < bytes.length, length -> length + 1);
  }

  @Test
  void aMessageWithAnyByteChangedIsADeadLetterWithTheReason() throws Exception {
    quarantinesAll(
        bytes ->
            lengths(bytes)
                .map(
                    at -> {
                      byte[] changed = bytes.clone();
                      changed[at] ^= (byte) (1 << at % BITS_THAT_MATTER);
                      return changed;
                    })
                .toList());
  }

  @Test
  void aMessageWithSomethingBehindItIsADeadLetter() throws Exception {
    quarantinesAll(bytes -> List.of(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void aMessageThatClaimsToBeHugeIsADeadLetterAndNoMemoryIsSpentOnIt() throws Exception {
    quarantinesAll(
        bytes ->
            Stream.of(
                    "parley-message 1 00000000 ffffffff 000000000000\n",
                    "parley-message 1 00000000 00000000 999999999999\n",
                    "parley-message 1 00000000 7fffffff 002147483647\n",
                    "parley-message 1 00000000 -0000001 -00000000001\n")
                .map(line -> line.getBytes(UTF_8))
                .toList());
  }

  @Test
  void aDamagedEntryIsADeadLetterOfEachSubscriptionAndTheNextOneComes() throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      List<Subscription> subscriptions = new ArrayList<>();
      for (String name : List.of("audit", "backup")) {
        subscriptions.add(space.subscribe(SubscribeOptions.to("news").as(name)));
      }
      try (Topic topic = space.topic("news")) {
        topic.publish(Outgoing.of("damaged"));
        topic.publish(Outgoing.of("sound"));
      }
      for (Path name : namesIn(space.path())) {
        Path file = space.path().resolve(name);
        if (Files.isRegularFile(file) && Files.readString(file).endsWith("damaged")) {
          replaceIn(file, "damaged", "DAMAGED");
        }
      }
      for (Subscription subscription : subscriptions) {
        Claim claim = subscription.tryClaim().orElseThrow();
        assertThat(claim.message().text()).isEqualTo("sound");
        claim.ack();
        assertThat(subscription.tryClaim()).isEmpty();
      }
      for (String name : List.of("news/audit", "news/backup")) {
        assertThat(space.existingQueue(name).dead().list())
            .singleElement()
            .satisfies(letter -> assertThat(letter.reason()).contains("damaged"));
      }
    }
  }

  private interface Damage {
    List<byte[]> of(byte[] bytes);
  }

  /// Damages as many messages in every way; all of them must be buried, and what is behind them
  /// must come.
  private void quarantinesAll(Damage damage) throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      Queue queue = space.queue("mails");
      queue.send(Outgoing.of("model").withHeader("k", "v").withTimeToLive(Duration.ofHours(9)));
      byte[] model = Files.readAllBytes(onlyFileIn(space.path()));
      assertThat(texts(queue)).containsExactly("model");
      List<byte[]> damaged = damage.of(model);
      for (byte[] bytes : damaged) {
        String id = queue.send(Outgoing.of("to be damaged")).id();
        Files.write(fileNamed(space.path(), id), bytes);
      }
      queue.send(Outgoing.of("sound"));
      assertThat(queue.peek(1)).extracting(message -> message.text()).containsExactly("sound");
      assertThat(texts(queue)).containsExactly("sound");
      List<DeadLetter> dead = queue.dead().list();
      assertThat(dead).hasSize(damaged.size());
      for (DeadLetter letter : dead) {
        assertThat(letter.reason()).containsAnyOf("damaged", "format").isNotBlank();
        assertThat(queue.dead().find(letter.id()).orElseThrow().message()).isEmpty();
      }
      assertThat(queue.dead().removeAll()).isEqualTo(damaged.size());
    }
  }

  // ---- things that are no messages

  @Test
  void whatIsNoMessageIsPutAsideUnopened() throws Exception {
    Path place = prepared();
    Path bucket = fileOf(place, "first").getParent();
    Path secret = Files.writeString(dir.resolve("secret"), "secret");
    String name = "0000000000000001-aaaaaaaaaaaa.p4.a0";
    Files.createSymbolicLink(bucket.resolve(name), secret);
    Files.createSymbolicLink(bucket.resolve("a link"), Path.of("/dev/zero"));
    makeFifo(bucket, "0000000000000002-aaaaaaaaaaaa.p4.a0");
    Files.createDirectories(bucket.resolve("0000000000000003-aaaaaaaaaaaa.p4.a0/full"));
    Files.createDirectory(bucket.resolve("a folder"));
    Files.writeString(bucket.resolve("notes.txt"), "x");
    Files.writeString(bucket.resolve(".hidden"), "x");
    try (Space space = Space.open(place)) {
      Queue queue = space.queue("mails");
      assertTimeoutPreemptively(
          NOT_FOR_EVER,
          () -> {
            assertThat(queue.peek(9))
                .extracting(message -> message.text())
                .containsExactly("high", "first", "failed", "second");
            assertThat(texts(queue)).containsExactly("high", "first", "failed", "second");
          });
      assertThat(queue.dead().list()).hasSize(1 + 7);
      assertThat(queue.dead().removeAll()).isEqualTo(1 + 7);
      assertThat(space.check(false)).isEmpty();
    }
    assertThat(secret).hasContent("secret");
  }

  // ---- anything in the way of anything

  /// What may take a file's or a folder's place.
  enum Impostor {
    SYMLINK,
    DANGLING_SYMLINK,
    FIFO,
    FILE,
    FOLDER,
    NOTHING
  }

  /// Each name in a space is replaced by each impostor in turn. Everything that is then tried works
  /// or fails with a reason; nothing hangs; nothing outside the space is touched; and once the
  /// original is back, nothing is lost.
  @ParameterizedTest
  @EnumSource
  void anythingMayBeInTheWayOfAnything(Impostor impostor) throws Exception {
    Path model = prepared();
    List<Path> names = namesIn(model);
    assertThat(names).hasSizeGreaterThan(40);
    for (int i = 0; i < names.size(); i++) {
      Path place = dir.resolve("place" + i);
      copy(model, place);
      try {
        replacesAndRestores(place, names.get(i), impostor, dir.resolve("aside" + i));
      } catch (AssertionError | Exception e) {
        throw new AssertionError(names.get(i) + " is replaced by " + impostor + ": " + e, e);
      }
    }
  }

  private static void replacesAndRestores(Path place, Path name, Impostor impostor, Path aside)
      throws Exception {
    Path path = place.resolve(name);
    Files.move(path, aside);
    Map<String, String> before = fingerprint(aside);
    if (!plant(impostor, path, aside)) return;
    Exercise exercise = new Exercise();
    assertTimeoutPreemptively(NOT_FOR_EVER, () -> exercise.run(place, Kernel.linux()));
    assertThat(fingerprint(aside)).as("what the name is not, has not changed").isEqualTo(before);
    boolean replaced = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    if (replaced && isFolderWithMessages(path))
      return; // putting the original back would hide those
    if (replaced) remove(path);
    if (!Files.isDirectory(path.getParent())) return;
    Files.move(aside, path);
    List<String> all = new ArrayList<>(Exercise.waiting());
    all.addAll(exercise.sent);
    all.removeAll(exercise.received);
    try (Space space = Space.open(place)) {
      space.check(true);
      Queue queue = space.queue(Exercise.QUEUE);
      queue.release();
      List<String> left = new ArrayList<>(left(queue, place));
      assertThat(left).as("what is left; failed: %s", exercise.failures).containsAll(all);
    }
  }

  /// @return false if it would be no impostor
  private static boolean plant(Impostor impostor, Path path, Path original) throws IOException {
    switch (impostor) {
      case SYMLINK -> Files.createSymbolicLink(path, original);
      case DANGLING_SYMLINK -> Files.createSymbolicLink(path, Path.of("/nowhere/at/all"));
      case FIFO -> {
        if (isFifo(original)) return false;
        makeFifo(path.getParent(), path.getFileName().toString());
      }
      case FILE -> {
        Files.writeString(path, "this is no file of Parley's\n");
        Files.setAttribute(path, "unix:mode", 0600);
      }
      case FOLDER -> {
        Files.createDirectory(path);
        Files.setAttribute(path, "unix:mode", 0700);
      }
      case NOTHING -> {}
    }
    return true;
  }

  private static boolean isFifo(Path path) throws IOException {
    return ((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0xF000)
        == 0x1000;
  }

  private static boolean isFolderWithMessages(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) return false;
    try (Stream<Path> files = Files.walk(path)) {
      return files.anyMatch(Files::isRegularFile);
    }
  }

  /// All that is in the queue, wherever.
  private static List<String> left(Queue queue, Path place) throws Exception {
    List<String> ids = new ArrayList<>();
    for (DeadLetter letter : queue.dead().list()) ids.add(letter.id());
    queue.dead().replay(ids);
    Path folder = place.resolve("queues/mails");
    for (String part : List.of("delayed", "held")) {
      if (!Files.isDirectory(folder.resolve(part))) continue;
      List<String> found = new ArrayList<>();
      for (Path file : namesIn(folder.resolve(part))) {
        String name = file.getFileName().toString();
        if (name.length() > 29) found.add(name.substring(0, 29));
      }
      queue.hold(found);
      queue.release(found);
    }
    return texts(queue);
  }

  // ---- how files are opened

  @Test
  void noOpenInsideASpaceFollowsALinkOrBlocks() throws Exception {
    Path place = prepared();
    List<String> careless = new CopyOnWriteArrayList<>();
    Kernel watched =
        Interceptor.over(
            Kernel.linux(),
            call -> {
              if (call.is("openAt") && call.path().startsWith(place + "/") && isCareless(call)) {
                careless.add(call.toString());
              }
              return call.proceed();
            });
    new Exercise().run(place, watched);
    assertThat(careless).isEmpty();
  }

  private static boolean isCareless(Call call) {
    int flags = call.number(2);
    boolean own = call.text(1).equals(".");
    boolean component = !call.text(1).contains("/");
    boolean follows = (flags & Open.NO_FOLLOW) == 0 && !own;
    boolean isNew = (flags & Open.EXCLUSIVE) != 0;
    boolean blocks = (flags & (Open.NON_BLOCKING | Open.DIRECTORY | Open.PATH)) == 0 && !isNew;
    return !component || follows || blocks;
  }

  @Test
  void aSpaceBehindALinkOfOursIsFound() throws Exception {
    Path place = prepared();
    Path link = Files.createSymbolicLink(dir.resolve("link"), place);
    try (Space space = Space.open(link)) {
      assertThat(space.queue("mails").stats().ready()).isEqualTo(4);
    }
  }

  @Test
  void aLinkWhereAnybodyCouldHavePutItIsNotFollowed() throws Exception {
    Path place = prepared();
    Path open = Files.createDirectory(dir.resolve("open"));
    Files.setAttribute(open, "unix:mode", 0777);
    Path link = Files.createSymbolicLink(open.resolve("link"), place);
    assertThatThrownBy(() -> Space.open(link))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("open");
  }

  @Test
  void aSpaceThatIsOpenToOthersIsRefusedWithTheCure() throws Exception {
    Path place = prepared();
    Files.setAttribute(place, "unix:mode", 0777);
    assertThatThrownBy(() -> Space.open(place))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod");
  }

  // ---- helpers

  private Path prepared() throws Exception {
    Path place = dir.resolve("prepared");
    Exercise.prepare(place);
    return place;
  }

  private static List<String> texts(Queue queue) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Optional<Claim> claim = queue.tryClaim(); claim.isPresent(); claim = queue.tryClaim()) {
      texts.add(claim.get().message().text());
      claim.get().ack();
    }
    return texts;
  }

  private static void replaceIn(Path file, String before, String after) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, after));
  }

  private static Path fileOf(Path place, String text) throws IOException {
    for (Path name : namesIn(place.resolve("queues"))) {
      Path file = place.resolve("queues").resolve(name);
      boolean message = Files.isRegularFile(file) && file.getFileName().toString().contains(".p");
      if (message && Files.readString(file).endsWith(text)) return file;
    }
    throw new AssertionError("no message '" + text + "'");
  }

  private static Path fileNamed(Path place, String id) throws IOException {
    for (Path name : namesIn(place.resolve("queues"))) {
      if (name.getFileName().toString().startsWith(id + "."))
        return place.resolve("queues").resolve(name);
    }
    throw new AssertionError("no file of " + id);
  }

  private static Path onlyFileIn(Path place) throws IOException {
    for (Path name : namesIn(place.resolve("queues"))) {
      if (name.getFileName().toString().contains(".p4.a0"))
        return place.resolve("queues").resolve(name);
    }
    throw new AssertionError("no message");
  }

  /// Everything below a directory, relative to it, parents first.
  private static List<Path> namesIn(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.skip(1).map(directory::relativize).sorted().toList();
    }
  }

  private static void makeFifo(Path directory, String name) throws IOException {
    Kernel kernel = Kernel.linux();
    try (Fd fd = kernel.openAt(Fd.CWD, directory.toString(), Open.READ_ONLY | Open.DIRECTORY, 0)) {
      kernel.makeFifoAt(fd, name, 0600);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    Files.setAttribute(to, "unix:mode", 0700);
    for (Path name : namesIn(from)) {
      Path source = from.resolve(name);
      Path target = to.resolve(name);
      if (Files.isDirectory(source)) Files.createDirectory(target);
      else if (isFifo(source)) makeFifo(target.getParent(), target.getFileName().toString());
      else Files.copy(source, target);
      Files.setAttribute(
          target, "unix:mode", (Integer) Files.getAttribute(source, "unix:mode") & 0xFFF);
    }
  }

  /// What is at and below a path: kinds, modes and contents.
  private static Map<String, String> fingerprint(Path path) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.toList()) {
        String content = Files.isRegularFile(each) ? Files.readString(each) : "";
        Object mode = Files.getAttribute(each, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        found.put(path.relativize(each).toString(), mode + content);
      }
    }
    return found;
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(each);
    }
  }
}
