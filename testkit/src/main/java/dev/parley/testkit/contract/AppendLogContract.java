package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.log.AppendLog;
import dev.parley.primitive.log.LogBookmark;
import dev.parley.primitive.log.LogReader;
import dev.parley.primitive.log.LogRecord;
import dev.parley.primitive.log.LogRecord.Entry;
import dev.parley.primitive.log.LogRecord.Reason;
import dev.parley.primitive.log.LogRecord.Skipped;
import dev.parley.testkit.FaultyKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What an [AppendLog] and its [LogReader]s promise.
public abstract class AppendLogContract extends FilesContract {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);

  /// Of the line that a log begins with.
  private static final int ID_BYTES = 19;

  protected AppendLogContract() {}

  private Path path() {
    return directory().resolve("events");
  }

  private AppendLog log() throws IOException {
    return opening(AppendLog.open(kernel(), path(), OPTIONS));
  }

  private LogReader reader() throws IOException {
    return opening(LogReader.open(kernel(), path(), OPTIONS));
  }

  private LogReader reader(LogBookmark bookmark) throws IOException {
    return opening(LogReader.resume(kernel(), path(), bookmark, OPTIONS).orElseThrow());
  }

  private LogReader reader(long position) throws IOException {
    return reader(new LogBookmark(reader().bookmark().log(), position));
  }

  private List<LogRecord> all() throws IOException {
    return all(reader());
  }

  private static List<LogRecord> all(LogReader reader) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    Optional<LogRecord> next = reader.poll();
    while (next.isPresent()) {
      records.add(next.get());
      next = reader.poll();
    }
    return records;
  }

  /// The texts of entries; reasons for what is none.
  private static List<String> told(List<LogRecord> records) {
    List<String> told = new ArrayList<>();
    for (LogRecord record : records) {
      switch (record) {
        case Entry entry -> told.add(entry.text());
        case Skipped skipped -> told.add(skipped.reason().toString());
      }
    }
    return told;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void addByHand(byte... bytes) throws IOException {
    Files.write(path(), bytes, StandardOpenOption.APPEND);
  }

  // ---- entries

  @Test
  void entriesComeBackInTheirOrderWhateverTheirBytes() throws IOException {
    Random random = new Random(1);
    List<byte[]> entries = new ArrayList<>();
    byte[] each = new byte[256];
    for (int i = 0; i < each.length; i++) each[i] = (byte) i;
    entries.add(each);
    entries.add(bytes("\n\n\\n\\\u001e\u001e\0\\"));
    for (int size : List.of(0, 1, 100, 65_000, 300_000, 2_000_000)) {
      byte[] some = new byte[size];
      random.nextBytes(some);
      entries.add(some);
    }
    AppendLog log = log();
    List<Long> positions = new ArrayList<>();
    for (byte[] entry : entries) positions.add(log.append(entry));
    List<LogRecord> found = all();
    assertThat(found).hasSameSizeAs(entries);
    for (int i = 0; i < entries.size(); i++) {
      assertThat(((Entry) found.get(i)).bytes()).isEqualTo(entries.get(i));
      assertThat(found.get(i).position()).isEqualTo(positions.get(i));
    }
  }

  @Test
  void aTextIsALineThatAnyProgramCanRead() throws IOException {
    log().append(bytes("grüße, 7 äpfel"));
    List<String> lines = Files.readAllLines(path(), UTF_8);
    assertThat(lines.get(0)).matches("\u001e#[0-9a-f]{16}");
    assertThat(lines.get(1)).startsWith("\u001e17 ").endsWith(" grüße, 7 äpfel");
    assertThat(lines).hasSize(2);
  }

  @Test
  void severalAtOnceStandBehindEachOther() throws IOException {
    AppendLog log = log();
    log.append(bytes("before"));
    long first = log.appendAll(List.of(bytes("a"), bytes("b"), bytes("c")));
    assertThat(told(all(reader(first)))).containsExactly("a", "b", "c");
    assertThat(told(all())).containsExactly("before", "a", "b", "c");
  }

  @Test
  void aReaderGoesOnWhereAnotherEnded() throws IOException {
    AppendLog log = log();
    log.append(bytes("one"));
    log.append(bytes("two"));
    LogReader first = reader();
    assertThat(first.poll()).isPresent();
    log.append(bytes("three"));
    LogBookmark bookmark = LogBookmark.parse(first.bookmark().toString());
    assertThat(told(all(reader(bookmark)))).containsExactly("two", "three");
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheLogGoesOn() throws IOException {
    AppendLog small = opening(AppendLog.open(kernel(), path(), OPTIONS.withMaxBytes(10)));
    small.append(new byte[10]);
    assertThatThrownBy(() -> small.append(new byte[11]))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("11 bytes");
    small.append(bytes("next"));
    assertThat(all()).hasSize(2);
  }

  // ---- many

  @Test
  void entriesOfManyWritersNeverInterleave() throws Exception {
    int writers = 4;
    int each = 12;
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      AppendLog log = log();
      int writer = w;
      tasks.add(
          inBackground(
              () -> {
                for (int i = 0; i < each; i++) log.append(pattern(writer, i));
                return each;
              }));
    }
    LogReader reader = reader();
    int[] next = new int[writers];
    for (int count = 0; count < writers * each; count++) {
      Entry entry = (Entry) reader.next(SOON).orElseThrow();
      int writer = entry.bytes()[0];
      assertThat(entry.bytes()).isEqualTo(pattern(writer, next[writer]++));
    }
    for (Task<Integer> task : tasks) assertThat(task.get()).isEqualTo(each);
    assertThat(reader.poll()).isEmpty();
  }

  /// Small and large ones: the large ones take several writes.
  private static byte[] pattern(int writer, int number) {
    byte[] content = new byte[number % 3 == 0 ? 400_000 + 1000 * number : 20 + number];
    Arrays.fill(content, (byte) ('a' + number));
    content[0] = (byte) writer;
    return content;
  }

  @Test
  void oneHandleServesManyThreads() throws Exception {
    AppendLog log = log();
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          inBackground(
              () -> {
                for (int i = 0; i < 50; i++) log.append(new byte[1000]);
                return true;
              }));
    }
    for (Task<Boolean> task : tasks) assertThat(task.get()).isTrue();
    assertThat(all()).hasSize(200).allMatch(record -> record instanceof Entry);
  }

  // ---- what is no entry

  @Test
  void aTornEntryIsToldOnceAndNothingBehindItIsLost() throws IOException {
    log().append(bytes("whole"));
    byte[] good = Files.readAllBytes(path());
    byte[] line = Arrays.copyOfRange(good, ID_BYTES, good.length);
    for (int cut = 1; cut < line.length; cut++) {
      Files.write(path(), good);
      addByHand(Arrays.copyOf(line, cut));
      assertThat(told(all())).as("nobody knows whether it is done").containsExactly("whole");
      try (AppendLog again = AppendLog.open(kernel(), path(), OPTIONS)) {
        again.append(bytes("next"));
        again.append(bytes("last"));
      }
      assertThat(told(all()))
          .as("cut after %d bytes", cut)
          .containsExactly("whole", "TORN", "next", "last");
    }
  }

  @Test
  void aTornEntryNeverLooksWholeToAReaderThatWaited() throws IOException {
    AppendLog log = log();
    log.append(bytes("whole"));
    byte[] good = Files.readAllBytes(path());
    addByHand(Arrays.copyOfRange(good, ID_BYTES, good.length - 1)); // all but the LF
    LogReader reader = reader();
    assertThat(told(all(reader))).containsExactly("whole");
    log.append(bytes("next"));
    assertThat(told(all(reader))).containsExactly("TORN", "next");
  }

  @Test
  void anyDamagedByteCostsOneEntry() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    long second = log.append(bytes("sec\\ond"));
    long third = log.append(bytes("third"));
    log.append(bytes("fourth"));
    byte[] good = Files.readAllBytes(path());
    for (int at = (int) second; at < third; at++) {
      for (int flipped : List.of(1, 0x20, 0xFF)) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) flipped;
        Files.write(path(), bad);
        List<LogRecord> found = all();
        assertThat(told(found)).as("byte %d", at).startsWith("first").endsWith("third", "fourth");
        List<LogRecord> between = found.subList(1, found.size() - 2);
        assertThat(between).as("byte %d", at).isNotEmpty().allMatch(r -> r instanceof Skipped);
        long length = between.stream().mapToLong(r -> ((Skipped) r).length()).sum();
        assertThat(length).isEqualTo(third - second);
      }
    }
  }

  @Test
  void zerosThatAPowerCutLeftAreDamage() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    addByHand(new byte[5000]);
    log.append(bytes("next"));
    assertThat(told(all())).containsExactly("first", "DAMAGED", "next");
    Skipped skipped = (Skipped) all().get(1);
    assertThat(skipped.length()).isEqualTo(5000);
  }

  @Test
  void aLineOfAnotherProgramIsToldApart() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    addByHand(bytes("hello\nworld\n"));
    log.append(bytes("next"));
    addByHand(bytes("no newline"));
    log.append(bytes("last"));
    assertThat(told(all()))
        .containsExactly("first", "FOREIGN", "FOREIGN", "next", "FOREIGN", "last");
  }

  @Test
  void anEntryThatQuotesOthersIsOneEntry() throws IOException {
    AppendLog log = log();
    log.append(bytes("quoted"));
    byte[] quote = Files.readAllBytes(path());
    log.append(quote);
    byte[] good = Files.readAllBytes(path());
    assertThat(told(all())).containsExactly("quoted", new String(quote, UTF_8));
    good[quote.length + 1] ^= 1; // its length
    Files.write(path(), good);
    assertThat(told(all())).as("not even when damaged").containsExactly("quoted", "DAMAGED");
  }

  @Test
  void whatIsTooLargeForAReaderIsPassedOver() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    long large = log.append(new byte[3_000_000]);
    long next = log.append(bytes("next"));
    LogReader small = opening(LogReader.open(kernel(), path(), OPTIONS.withMaxBytes(1000)));
    List<LogRecord> found = all(small);
    assertThat(told(found)).containsExactly("first", "TOO_LARGE", "next");
    assertThat(found.get(1)).isEqualTo(new Skipped(large, next - large, Reason.TOO_LARGE));
  }

  @Test
  void aPositionInTheMiddleOfAnEntryFindsTheNext() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    log.append(bytes("second"));
    assertThat(told(all(reader(ID_BYTES + 3)))).containsExactly("FOREIGN", "second");
  }

  @Test
  void aLogThatWasCutIsAnError() throws IOException {
    AppendLog log = log();
    log.append(bytes("first"));
    LogReader reader = reader();
    assertThat(all(reader)).hasSize(1);
    Files.write(path(), new byte[0]);
    assertThatThrownBy(reader::poll)
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("was cut");
  }

  // ---- waiting

  @Test
  void aReaderIsWokenByAnAppend() throws Exception {
    AppendLog log = log();
    LogReader reader = reader();
    Task<Optional<LogRecord>> waiting = inBackground(() -> reader.next(LONG));
    log.append(bytes("here"));
    assertThat(waiting.get().map(r -> ((Entry) r).text())).contains("here");
  }

  @Test
  void waitingEndsWithItsTimeAndByInterruptAndLosesNothing() throws Exception {
    AppendLog log = log();
    LogReader reader = reader();
    assertThat(reader.next(Duration.ofMillis(20))).isEmpty();
    assertThat(reader.next(Duration.ZERO)).isEmpty();
    Task<Optional<LogRecord>> waiting = inBackground(() -> reader.next(LONG));
    waiting.thread().interrupt();
    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    log.append(bytes("here"));
    assertThat(told(all(reader))).containsExactly("here");
  }

  // ---- the file

  @Test
  void afterRotationEntriesGoToTheNewFileAndReadersLearnOfIt() throws Exception {
    AppendLog log = log();
    log.append(bytes("old"));
    LogReader reader = reader();
    assertThat(reader.hasMoved()).isFalse();
    assertThat(told(all(reader))).containsExactly("old");
    Task<Optional<LogRecord>> waiting = inBackground(() -> reader.next(LONG));
    Files.move(path(), directory().resolve("events.1"));
    assertThat(waiting.get()).isEmpty();
    log.append(bytes("new"));
    assertThat(reader.hasMoved()).isTrue();
    assertThat(reader.poll()).isEmpty();
    assertThat(told(all())).containsExactly("new");
  }

  @Test
  void aBookmarkBelongsToItsLogWhereverThatIsNow() throws IOException {
    AppendLog log = log();
    log.append(bytes("one"));
    log.append(bytes("two"));
    LogReader reader = reader();
    assertThat(reader.poll()).isPresent();
    LogBookmark bookmark = reader.bookmark();
    Path old = directory().resolve("events.1");
    Files.move(path(), old);
    log.append(bytes("three"));
    assertThat(LogReader.resume(kernel(), path(), bookmark, OPTIONS)).isEmpty();
    LogReader rest = opening(LogReader.resume(kernel(), old, bookmark, OPTIONS).orElseThrow());
    assertThat(told(all(rest))).containsExactly("two");
    assertThat(told(all())).containsExactly("three");
  }

  @Test
  void aReaderDoesNotLeaveALogThatSomebodyIsStillAddingTo() throws IOException {
    log().append(bytes("old"));
    LogReader reader = reader();
    assertThat(told(all(reader))).containsExactly("old");
    FaultyKernel late = FaultyKernel.over(kernel());
    List<Boolean> seenMoved = new ArrayList<>();
    late.before(
        "write",
        1,
        _ -> {
          try {
            Files.move(path(), directory().resolve("events.1"));
            seenMoved.add(reader.hasMoved());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    opening(AppendLog.open(late.kernel(), path(), OPTIONS)).append(bytes("late"));
    assertThat(seenMoved).containsExactly(false);
    assertThat(reader.hasMoved()).isTrue();
    assertThat(told(all(reader))).containsExactly("late");
  }

  @Test
  void anEmptyFileBecomesALog() throws IOException {
    Files.createFile(path());
    LogReader reader = reader();
    LogBookmark atStart = reader.bookmark();
    log().append(bytes("one"));
    assertThat(told(all(reader))).containsExactly("one");
    assertThat(reader.bookmark().log()).isNotEmpty();
    assertThat(told(all(reader(atStart)))).containsExactly("one");
  }

  @Test
  void aRemovedLogIsMadeAgain() throws IOException {
    AppendLog log = log();
    log.append(bytes("old"));
    Files.delete(path());
    log.append(bytes("new"));
    assertThat(told(all())).containsExactly("new");
  }

  @Test
  void itIsMadeWithTheModeThatIsAskedFor() throws IOException {
    log();
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100600);
    Path shared = directory().resolve("shared");
    opening(AppendLog.open(kernel(), shared, OPTIONS.withMode(0664)));
    assertThat(Files.getAttribute(shared, "unix:mode")).isEqualTo(0100664);
  }

  @Test
  void whatIsNoRegularFileIsRefused() throws IOException {
    Files.createDirectory(path());
    assertThatThrownBy(this::log).isInstanceOf(UnsafePathException.class);
    Files.delete(path());
    Files.createSymbolicLink(path(), Path.of("elsewhere"));
    log().append(bytes("the owner's link is followed"));
    assertThat(directory().resolve("elsewhere")).isRegularFile();
  }

  @Test
  void withoutALogThereIsNothingToRead() {
    assertThatThrownBy(() -> reader()).hasMessageContaining("ENOENT");
  }
}
