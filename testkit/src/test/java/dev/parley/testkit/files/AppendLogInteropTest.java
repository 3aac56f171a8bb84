package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.log.AppendLog;
import dev.parley.primitive.log.LogReader;
import dev.parley.primitive.log.LogRecord;
import dev.parley.primitive.log.LogRecord.Entry;
import dev.parley.primitive.log.LogRecord.Reason;
import dev.parley.primitive.log.LogRecord.Skipped;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A log among real processes: killed ones, and programs that know nothing of Parley.
@Timeout(300)
class AppendLogInteropTest {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);

  /// Appends as docs/primitives/files.md says.
  private static final String PYTHON_WRITER =
      """
      import fcntl, sys, zlib
      escapes = ((b'\\\\', b'\\\\\\\\'), (b'\\n', b'\\\\n'), (b'\\0', b'\\\\0'), (b'\\x1e', b'\\\\e'))
      with open(sys.argv[1], 'ab+', buffering=0) as log:
          for i in range(int(sys.argv[3])):
              content = (sys.argv[2] + '-%d' % i).encode() + b'\\n\\\\' * 50000
              line = content
              for byte, escaped in escapes:
                  line = line.replace(byte, escaped)
              fcntl.lockf(log, fcntl.LOCK_EX, 1, 0)
              log.write(b'\\x1e%d %08x ' % (len(content), zlib.crc32(content)) + line + b'\\n')
              fcntl.lockf(log, fcntl.LOCK_UN, 1, 0)
      """;

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("events");
  }

  @Test
  void whatWasAppendedStaysWhoeverIsKilled() throws Exception {
    Map<String, Integer> acknowledged = new HashMap<>();
    try (ProcessHarness processes = new ProcessHarness()) {
      Map<String, Child> children = new HashMap<>();
      for (String who : List.of("a", "b", "c")) {
        children.put(who, processes.java(Actor.class, "log", path().toString(), who));
      }
      for (Child child : children.values()) child.awaitLine("20");
      for (Map.Entry<String, Child> each : children.entrySet()) {
        each.getValue().kill();
        List<String> lines = each.getValue().output().lines().toList();
        acknowledged.put(each.getKey(), Integer.parseInt(lines.getLast()));
      }
    }
    Map<String, Integer> found = new HashMap<>();
    try (AppendLog log = AppendLog.open(path(), OPTIONS);
        LogReader reader = LogReader.open(path(), OPTIONS)) {
      log.append("z-0".getBytes(UTF_8));
      for (Optional<LogRecord> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        switch (next.get()) {
          case Entry entry -> {
            String who = entry.text().substring(0, 1);
            int number = found.merge(who, 0, (before, _) -> before + 1);
            if (!who.equals("z")) assertThat(entry.text()).isEqualTo(Actor.entry(who, number));
          }
          case Skipped skipped -> assertThat(skipped.reason()).isEqualTo(Reason.TORN);
        }
      }
    }
    assertThat(found).containsKey("z");
    acknowledged.forEach((who, last) -> assertThat(found.get(who)).isGreaterThanOrEqualTo(last));
  }

  @Test
  void pythonTakesPartByTheDocumentedFormat() throws Exception {
    int each = 40;
    try (ProcessHarness processes = new ProcessHarness();
        AppendLog log = AppendLog.open(path(), OPTIONS)) {
      Child python =
          processes.program(
              "python3", "-c", PYTHON_WRITER, path().toString(), "python", String.valueOf(each));
      for (int i = 0; i < each; i++) log.append(Actor.entry("java", i).getBytes(UTF_8));
      assertThat(python.awaitExit()).as(python.output()).isZero();
    }
    Map<String, Integer> found = new HashMap<>();
    try (LogReader reader = LogReader.open(path(), OPTIONS)) {
      for (Optional<LogRecord> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        String text = ((Entry) next.get()).text();
        String who = text.substring(0, text.indexOf('-'));
        int number = found.merge(who, 0, (before, _) -> before + 1);
        assertThat(text).startsWith(who + "-" + number);
      }
    }
    assertThat(found).isEqualTo(Map.of("java", each - 1, "python", each - 1));
  }

  @Test
  void tailShowsEntriesAsLines() throws Exception {
    try (ProcessHarness processes = new ProcessHarness();
        AppendLog log = AppendLog.open(path(), OPTIONS)) {
      log.append("one".getBytes(UTF_8));
      Child tail = processes.program("tail", "-n", "+1", "-f", path().toString());
      assertThat(tail.awaitLine("\u001e3 ")).endsWith(" one");
      log.append("two".getBytes(UTF_8));
      assertThat(tail.awaitLine("\u001e3 ")).endsWith(" two");
      assertThat(ProcessHarness.run("grep", "-c", "o", path().toString())).isEqualTo("2");
    }
  }
}
