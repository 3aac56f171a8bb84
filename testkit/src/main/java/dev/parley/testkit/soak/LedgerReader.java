package dev.parley.testkit.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Follows a [Ledger] while it is written.
final class LedgerReader {
  private final Path path;
  private final List<Entry> entries = new ArrayList<>();
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private long position;

  LedgerReader(Path path) {
    this.path = path;
  }

  /// Everything read so far, in the order in which it was written.
  List<Entry> entries() {
    return entries;
  }

  /// Reads what came since.
  ///
  /// @return the new entries
  List<Entry> read() throws IOException {
    int before = entries.size();
    if (!Files.exists(path)) return List.of();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      if (length == position) return List.of();
      byte[] bytes = new byte[(int) (length - position)];
      file.seek(position);
      file.readFully(bytes);
      position = length;
      for (byte b : bytes) {
        if (b != '\n') {
          unfinished.write(b);
        } else {
          entries.add(Entry.parse(unfinished.toString(UTF_8)));
          unfinished.reset();
        }
      }
    }
    return entries.subList(before, entries.size());
  }
}
