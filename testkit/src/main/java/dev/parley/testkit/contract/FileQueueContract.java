package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.BadFormatException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.filequeue.DamagedQueueException;
import dev.parley.primitive.filequeue.FileQueue;
import dev.parley.primitive.filequeue.FileQueue.Item;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a [FileQueue] promises.
public abstract class FileQueueContract extends FilesContract {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);

  /// More than this has to be consumed before the file is made smaller.
  private static final int COMPACTION_BYTES = 1 << 20;

  protected FileQueueContract() {}

  private Path path() {
    return directory().resolve("orders");
  }

  private FileQueue queue() throws IOException {
    return opening(FileQueue.open(kernel(), path(), OPTIONS));
  }

  private FileQueue queueWith(String... messages) throws IOException {
    FileQueue queue = queue();
    for (String message : messages) queue.append(bytes(message));
    return queue;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> drain(FileQueue queue) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Optional<byte[]> next = queue.poll(); next.isPresent(); next = queue.poll()) {
      texts.add(new String(next.get(), UTF_8));
    }
    return texts;
  }

  // ---- messages

  @Test
  void messagesComeInTheirOrderWhateverTheirBytes() throws IOException {
    FileQueue queue = queue();
    Random random = new Random(1);
    List<byte[]> messages = new ArrayList<>();
    for (int size : List.of(0, 1, 47, 48, 49, 70_000, 1_000_000, 3)) {
      byte[] message = new byte[size];
      random.nextBytes(message);
      messages.add(message);
      queue.append(message);
    }
    assertThat(queue.size()).isEqualTo(messages.size());
    assertThat(queue.bytes()).isEqualTo(messages.stream().mapToLong(m -> m.length).sum());
    FileQueue other = queue();
    for (byte[] message : messages) assertThat(other.poll()).contains(message);
    assertThat(queue.poll()).isEmpty();
    assertThat(queue.size()).isZero();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void lookingTakesNothing() throws IOException {
    FileQueue queue = queueWith("a", "b", "c");
    assertThat(queue.peek().map(Item::bytes)).contains(bytes("a"));
    assertThat(queue.peek(2))
        .extracting(item -> new String(item.bytes(), UTF_8))
        .containsExactly("a", "b");
    assertThat(queue.peek(9)).hasSize(3);
    assertThat(drain(queue)).containsExactly("a", "b", "c");
    assertThat(queue.peek()).isEmpty();
    assertThat(queue.peek(3)).isEmpty();
  }

  @Test
  void theOldestIsConsumedOnceAndNoOther() throws IOException {
    FileQueue queue = queueWith("a", "b", "c");
    FileQueue other = queue();
    List<Item> items = queue.peek(3);
    assertThat(queue.consume(items.get(1))).as("not the oldest").isFalse();
    assertThat(queue.consume(items.get(0))).isTrue();
    assertThat(other.consume(items.get(0))).as("consumed already").isFalse();
    assertThat(other.consume(items.get(1))).isTrue();
    assertThat(drain(queue)).containsExactly("c");
    assertThat(queue.consume(items.get(2))).isFalse();
  }

  @Test
  void severalAreConsumedUpToOne() throws IOException {
    FileQueue queue = queueWith("a", "b", "c");
    List<Item> items = queue.peek(3);
    assertThat(queue.consumeThrough(items.get(1))).isTrue();
    assertThat(queue.consumeThrough(items.get(0))).isFalse();
    assertThat(queue.size()).isEqualTo(1);
    queue.append(bytes("d"));
    assertThat(drain(queue)).containsExactly("c", "d");
  }

  @Test
  void severalAreAddedAndTakenAtOnce() throws IOException {
    FileQueue queue = queue();
    queue.appendAll(List.of(bytes("a"), bytes("b"), bytes("c")));
    queue.appendAll(List.of());
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.poll(2)).containsExactly(bytes("a"), bytes("b"));
    assertThat(queue.poll(2)).containsExactly(bytes("c"));
    assertThat(queue.poll(2)).isEmpty();
  }

  @Test
  void whatIsTooLargeIsRefusedWithAllThatComesAlong() throws IOException {
    FileQueue small = opening(FileQueue.open(kernel(), path(), OPTIONS.withMaxBytes(10)));
    assertThatThrownBy(() -> small.appendAll(List.of(new byte[1], new byte[11])))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("11 bytes");
    assertThat(small.size()).isZero();
  }

  // ---- many

  @Test
  void eachMessageGoesToOneConsumer() throws Exception {
    int producers = 3;
    int each = 60;
    List<Task<Boolean>> producing = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      FileQueue queue = queue();
      String name = "p" + p + "-";
      producing.add(
          inBackground(
              () -> {
                for (int i = 0; i < each; i++) queue.append(bytes(name + i));
                return true;
              }));
    }
    List<Task<List<String>>> consuming = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      FileQueue queue = queue();
      consuming.add(
          inBackground(
              () -> {
                List<String> taken = new ArrayList<>();
                while (true) {
                  String text = new String(queue.take(SOON).orElseThrow(), UTF_8);
                  if (text.equals("end")) return taken;
                  taken.add(text);
                }
              }));
    }
    for (Task<Boolean> task : producing) task.get();
    FileQueue queue = queue();
    for (Task<List<String>> _ : consuming) queue.append(bytes("end"));
    List<String> all = new ArrayList<>();
    for (Task<List<String>> task : consuming) {
      List<String> taken = task.get();
      for (int p = 0; p < producers; p++) {
        String name = "p" + p + "-";
        List<Integer> numbers =
            taken.stream()
                .filter(text -> text.startsWith(name))
                .map(text -> Integer.parseInt(text.substring(name.length())))
                .toList();
        assertThat(numbers).isSorted();
      }
      all.addAll(taken);
    }
    assertThat(all).hasSize(producers * each).doesNotHaveDuplicates();
  }

  @Test
  void oneHandleServesManyThreads() throws Exception {
    FileQueue queue = queue();
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          inBackground(
              () -> {
                int taken = 0;
                for (int i = 0; i < 50; i++) {
                  queue.append(new byte[10]);
                  if (queue.poll().isPresent()) taken++;
                }
                return taken;
              }));
    }
    int taken = 0;
    for (Task<Integer> task : tasks) taken += task.get();
    assertThat(taken).isEqualTo(200);
    assertThat(queue.size()).isZero();
  }

  // ---- waiting

  @Test
  void aConsumerIsWokenByAnAppend() throws Exception {
    FileQueue queue = queue();
    Task<Optional<byte[]>> waiting = inBackground(() -> queue.take(LONG));
    queueWith("here");
    assertThat(waiting.get()).contains(bytes("here"));
  }

  @Test
  void waitingEndsWithItsTimeAndByInterruptAndTakesNothing() throws Exception {
    FileQueue queue = queue();
    assertThat(queue.take(Duration.ofMillis(20))).isEmpty();
    assertThat(queue.take(Duration.ZERO)).isEmpty();
    Task<Optional<byte[]>> waiting = inBackground(() -> queue.take(LONG));
    waiting.thread().interrupt();
    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    queue.append(bytes("here"));
    assertThat(drain(queue)).containsExactly("here");
  }

  @Test
  void aLockThatSomebodyKeepsDoesNotOutlastTheTimeLimit() throws Exception {
    FileQueue queue = queueWith("here");
    Kernel real = Kernel.linux();
    try (Fd holder = real.openAt(Fd.CWD, path().toString(), Open.READ_WRITE, 0)) {
      assertThat(real.trySetLock(holder, LockKind.EXCLUSIVE, 0, 1)).isTrue();
      assertThat(queue.take(Duration.ofMillis(50))).isEmpty();
      Task<Optional<byte[]>> waiting = inBackground(() -> queue.take(LONG));
      waiting.thread().interrupt();
      assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }
    assertThat(drain(queue)).containsExactly("here");
  }

  // ---- what the dead leave

  @Test
  void whatADeadProducerLeftHalfDoneIsNotThere() throws IOException {
    halfDone(queue -> queue.append(bytes("half")), "a", "b");
  }

  @Test
  void aBatchOfADeadProducerIsThereAsAWholeOrNotAtAll() throws IOException {
    halfDone(queue -> queue.appendAll(List.of(bytes("c"), bytes("d"), bytes("e"))), "a", "b");
  }

  @Test
  void aConsumptionThatADeadConsumerLeftHalfDoneDidNotHappen() throws IOException {
    halfDone(queue -> queue.poll(), "a", "b");
  }

  private interface Change {
    void on(FileQueue queue) throws IOException;
  }

  /// Cuts what a change adds to the file after each byte.
  private void halfDone(Change change, String... before) throws IOException {
    FileQueue queue = queueWith(before);
    int start = Files.readAllBytes(path()).length;
    change.on(queue);
    byte[] whole = Files.readAllBytes(path());
    FileQueue patient = queue();
    for (int cut = start; cut < whole.length; cut++) {
      Path copy = directory().resolve("cut-" + cut);
      Files.write(copy, Arrays.copyOf(whole, cut));
      Files.setAttribute(copy, "unix:mode", 0600);
      try (FileQueue again = FileQueue.open(kernel(), copy, OPTIONS)) {
        assertThat(again.size()).as("cut at %d", cut).isEqualTo(before.length);
        assertThat(again.peek(9)).hasSize(before.length);
        again.append(bytes("next"));
        List<String> expected = new ArrayList<>(List.of(before));
        expected.add("next");
        assertThat(drain(again)).as("cut at %d", cut).isEqualTo(expected);
      }
      assertThat(aside(copy)).as("nothing that counted was there").isEmpty();
    }
    assertThat(patient.size()).isGreaterThan(0);
  }

  private static List<Path> aside(Path queue) throws IOException {
    String start = queue.getFileName() + ".damaged-";
    try (Stream<Path> all = Files.list(queue.getParent())) {
      return all.filter(file -> file.getFileName().toString().startsWith(start)).toList();
    }
  }

  // ---- damage

  @Test
  void damageIsToldOnceSetAsideAndCostsOneMessage() throws IOException {
    FileQueue queue = queueWith("a", "b", "c", "d");
    byte[] good = Files.readAllBytes(path());
    List<Item> items = queue.peek(4);
    int from = 64 + (int) items.get(1).position();
    int to = 64 + (int) items.get(2).position();
    for (int at = from; at < to; at++) {
      Path copy = directory().resolve("bad-" + at);
      byte[] bad = good.clone();
      bad[at] ^= 0x41;
      Files.write(copy, bad);
      try (FileQueue again = FileQueue.open(kernel(), copy, OPTIONS)) {
        assertThat(again.poll()).contains(bytes("a"));
        DamagedQueueException told =
            catchThrowableOfType(DamagedQueueException.class, () -> again.peek());
        assertThat(told).as("byte %d", at).isNotNull();
        assertThat(told.position()).isEqualTo(items.get(1).position());
        assertThat(told.length()).isEqualTo(to - from);
        assertThat(drain(again)).as("byte %d", at).containsExactly("c", "d");
        assertThat(again.size()).isZero();
        assertThat(aside(copy)).hasSize(1);
        assertThat(Files.readAllBytes(aside(copy).getFirst()))
            .isEqualTo(Arrays.copyOfRange(bad, from, to));
      }
    }
  }

  @Test
  void severalDamagedMessagesInARowAreOneStretch() throws IOException {
    FileQueue queue = queueWith("a", "b", "c", "d");
    List<Item> items = queue.peek(4);
    byte[] bad = Files.readAllBytes(path());
    int from = 64 + (int) items.get(1).position();
    Arrays.fill(bad, from, 64 + (int) items.get(3).position(), (byte) 0);
    Files.write(path(), bad);
    FileQueue again = queue();
    assertThat(again.size()).isEqualTo(4);
    assertThat(again.poll()).contains(bytes("a"));
    assertThatThrownBy(again::poll).isInstanceOf(DamagedQueueException.class);
    assertThat(again.size()).isEqualTo(1);
    assertThat(drain(again)).containsExactly("d");
  }

  @Test
  void damageAtTheEndIsSetAsideBeforeSomethingIsAdded() throws IOException {
    queueWith("a", "b");
    byte[] bad = Files.readAllBytes(path());
    bad[bad.length - 3] ^= 1;
    Files.write(path(), bad);
    FileQueue again = queueWith("c");
    assertThat(aside(path())).hasSize(1);
    assertThat(drain(again)).containsExactly("a", "c");
  }

  @Test
  void aMessageThatContainsAQueueIsNoQueue() throws IOException {
    FileQueue queue = queueWith("a");
    byte[] quote = Files.readAllBytes(path());
    byte[] longer = Arrays.copyOf(quote, quote.length * 2);
    System.arraycopy(quote, 0, longer, quote.length, quote.length);
    queue.append(longer);
    queue.append(bytes("c"));
    byte[] bad = Files.readAllBytes(path());
    bad[64 + (int) queue.peek(2).get(1).position() + 5] ^= 1;
    Files.write(path(), bad);
    FileQueue again = queue();
    assertThat(again.poll()).contains(bytes("a"));
    assertThatThrownBy(again::poll).isInstanceOf(DamagedQueueException.class);
    assertThat(drain(again)).containsExactly("c");
  }

  @Test
  void whatIsNoQueueIsLeftAlone() throws IOException {
    Files.write(
        path(), bytes("a letter to grandmother, long enough to be taken for a header ....."));
    assertThatThrownBy(this::queue)
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("no queue");
    assertThat(Files.readString(path())).startsWith("a letter");
    Files.write(path(), new byte[0]);
    assertThatThrownBy(this::queue).isInstanceOf(BadFormatException.class);
  }

  // ---- the file

  @Test
  void theFileDoesNotGrowWithWhatWasConsumed() throws IOException {
    FileQueue queue = queueWith("first");
    FileQueue other = queue();
    byte[] large = new byte[COMPACTION_BYTES / 8];
    for (int i = 0; i < 40; i++) {
      queue.append(large);
      assertThat(other.poll()).isPresent();
      assertThat(Files.size(path())).isLessThan(3 * COMPACTION_BYTES);
    }
    assertThat(queue.size()).isEqualTo(1);
    Item last = queue.peek().orElseThrow();
    assertThat(last.position()).as("positions go on").isGreaterThan(38L * large.length);
    assertThat(other.consume(last)).isTrue();
    assertThat(queue.poll()).isEmpty();
    assertThat(directory().toFile().list()).containsExactly("orders");
  }

  @Test
  void aLargeBacklogIsKeptWhenTheFileIsMadeSmaller() throws IOException {
    FileQueue queue = queue();
    for (int i = 0; i < 30; i++) queue.append(Arrays.copyOf(bytes("m" + i + " "), 100_000));
    FileQueue other = queue();
    long before = Files.size(path());
    for (int i = 0; i < 20; i++) queue.poll();
    assertThat(Files.size(path())).isLessThan(before / 2);
    for (int i = 20; i < 30; i++) {
      assertThat(new String(other.poll().orElseThrow(), UTF_8)).startsWith("m" + i + " ");
    }
    assertThat(other.poll()).isEmpty();
  }

  @Test
  void aLeftoverOfAnInterruptedCompactionIsReplaced() throws IOException {
    FileQueue queue = queue();
    Object inode = Files.getAttribute(path(), "unix:ino");
    Path leftover = Files.write(directory().resolve(".orders.parley-" + inode), new byte[9]);
    queue.append(new byte[COMPACTION_BYTES]);
    queue.append(bytes("rest"));
    assertThat(queue.poll()).isPresent();
    assertThat(leftover).doesNotExist();
    assertThat(drain(queue)).containsExactly("rest");
  }

  @Test
  void modeIsAsAskedForAndStaysSo() throws IOException {
    queue();
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100600);
    Path shared = directory().resolve("shared");
    FileQueue queue = opening(FileQueue.open(kernel(), shared, OPTIONS.withMode(0660)));
    assertThat(Files.getAttribute(shared, "unix:mode")).isEqualTo(0100660);
    queue.append(new byte[2 * COMPACTION_BYTES]);
    queue.poll();
    assertThat(Files.size(shared)).isLessThan(1000);
    assertThat(Files.getAttribute(shared, "unix:mode")).isEqualTo(0100660);
  }

  @Test
  void aRemovedQueueIsMadeAgainEmpty() throws IOException {
    FileQueue queue = queueWith("gone");
    Files.delete(path());
    queue.append(bytes("here"));
    assertThat(drain(queue)).containsExactly("here");
  }

  @Test
  void anotherKindOfFileIsRefused() throws IOException {
    Files.createDirectory(path());
    assertThatThrownBy(this::queue).isInstanceOf(UnsafePathException.class);
  }
}
