package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.filequeue.FileQueue;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file queue among real processes: killed ones, and a program that knows only its layout.
@Timeout(300)
class FileQueueInteropTest {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);

  /// Adds one message and prints all, as docs/primitives/files.md says.
  private static final String PYTHON =
      """
      import fcntl, struct, sys, zlib
      with open(sys.argv[1], 'r+b') as queue:
          fcntl.lockf(queue, fcntl.LOCK_EX, 1, 0)
          data = queue.read()
          magic, id, base = struct.unpack_from('<8sQQ', data)
          assert magic == b'PARLEYQ1' and zlib.crc32(data[:60]) == struct.unpack_from('<I', data, 60)[0]
          def crc(position, part):
              return zlib.crc32(struct.pack('<QQ', id, position) + part)
          def records(at):
              while at - base + 64 < len(data):
                  start = at - base + 64
                  kind, length, head, count, size, check = struct.unpack_from('<4sIQQQI', data, start)
                  assert check == crc(at, data[start:start + 32])
                  content = data[start + 36:start + 36 + length]
                  assert struct.unpack_from('<II4s', data, start + 36 + length) == (crc(at, content), length, kind)
                  yield at, kind, content, (head, count, size)
                  at += 48 + length
          everything = list(records(base))
          head, count, size = everything[-1][3] if everything else (base, 0, 0)
          for at, kind, content, _ in everything:
              if at >= head and kind != b'PQcs':
                  print(content.decode())
          end = base + len(data) - 64
          content = sys.argv[2].encode()
          record = struct.pack('<4sIQQQ', b'PQms', len(content), head if count else end, count + 1, size + len(content))
          record += struct.pack('<I', crc(end, record)) + content
          queue.write(record + struct.pack('<II4s', crc(end, content), len(content), b'PQms'))
      """;

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("orders");
  }

  @Test
  void whatWasAppendedIsConsumedOnceWhoeverIsKilled() throws Exception {
    Set<String> sent = new HashSet<>();
    List<String> done = new ArrayList<>();
    Set<String> inHand = new HashSet<>();
    try (ProcessHarness processes = new ProcessHarness()) {
      List<Child> senders = new ArrayList<>();
      List<Child> consumers = new ArrayList<>();
      for (String who : List.of("a", "b")) {
        senders.add(processes.java(Actor.class, "send", path().toString(), who));
        consumers.add(processes.java(Actor.class, "consume", path().toString(), who));
      }
      for (Child sender : senders) sender.awaitLine("200");
      for (Child consumer : consumers) {
        for (int i = 0; i < 80; i++) consumer.awaitLine("done");
      }
      for (Child consumer : consumers) consumer.kill();
      for (Child sender : senders) sender.kill();
      for (int s = 0; s < senders.size(); s++) {
        String who = "a".repeat(1 - s) + "b".repeat(s);
        senders.get(s).output().lines().forEach(number -> sent.add(who + "-" + number));
      }
      for (Child consumer : consumers) readConsumer(consumer.output(), done, inHand);
    }
    assertThat(done).doesNotHaveDuplicates();
    List<String> left = new ArrayList<>();
    try (FileQueue queue = FileQueue.open(path(), OPTIONS)) {
      for (Optional<byte[]> next = queue.poll(); next.isPresent(); next = queue.poll()) {
        String text = new String(next.get(), UTF_8);
        left.add(text.substring(0, text.indexOf(' ')));
      }
    }
    assertThat(left).doesNotHaveDuplicates().doesNotContainAnyElementsOf(done);
    sent.removeAll(done);
    left.forEach(sent::remove);
    sent.removeAll(inHand);
    assertThat(sent).as("lost").isEmpty();
  }

  /// @param inHand what it had before it when it was killed
  private static void readConsumer(String output, List<String> done, Set<String> inHand) {
    String last = "";
    for (String line : output.lines().toList()) {
      switch (line) {
        case "done" -> {
          done.add(last);
          last = "";
        }
        case "lost" -> last = "";
        default -> last = line;
      }
    }
    inHand.add(last);
  }

  @Test
  void pythonTakesPartByTheDocumentedLayout() throws Exception {
    try (FileQueue queue = FileQueue.open(path(), OPTIONS)) {
      assertThat(python("first")).isEmpty();
      queue.append("second".getBytes(UTF_8));
      queue.appendAll(List.of("third".getBytes(UTF_8), "fourth".getBytes(UTF_8)));
      assertThat(queue.poll()).contains("first".getBytes(UTF_8));
      assertThat(python("fifth")).isEqualTo("second\nthird\nfourth");
      assertThat(queue.size()).isEqualTo(4);
      for (String text : List.of("second", "third", "fourth", "fifth")) {
        assertThat(queue.poll()).contains(text.getBytes(UTF_8));
      }
      queue.append(new byte[2 << 20]);
      assertThat(queue.poll()).isPresent();
      assertThat(python("after it was made smaller")).isEmpty();
      assertThat(queue.poll()).contains("after it was made smaller".getBytes(UTF_8));
    }
  }

  private String python(String message) throws Exception {
    return ProcessHarness.run("python3", "-c", PYTHON, path().toString(), message);
  }
}
