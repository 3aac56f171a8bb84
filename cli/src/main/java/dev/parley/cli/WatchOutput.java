package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.watch.Change;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Names;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// How `parley watch` writes a change.
final class WatchOutput {
  private WatchOutput() {}

  /// `KIND PATH` and a newline, without control characters; or, exactly as the names are, with NULs
  /// for newlines, and of a rename the old name before it: `from PATH`.
  static byte[] line(Change change, boolean exact) {
    String kind = Words.of(change.kind());
    String from = change.from();
    if (!exact) {
      String was = from == null ? "" : " (was " + from + ")";
      return (Printable.line(kind + " " + change.path() + was) + "\n").getBytes(UTF_8);
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    if (from != null) put(line, "from", from);
    put(line, kind, change.path());
    return line.toByteArray();
  }

  private static void put(ByteArrayOutputStream line, String kind, String path) {
    line.writeBytes((kind + " ").getBytes(UTF_8));
    line.writeBytes(bytes(path));
    line.write(0);
  }

  static Map<String, Object> json(Change change) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("event", Words.of(change.kind()));
    putPath(object, "path", change.path());
    String from = change.from();
    if (from != null) putPath(object, "from", from);
    FileStatus status = change.status();
    if (status != null) {
      object.put("kind", status.kind());
      object.put("mode", "%04o".formatted(status.permissions()));
      object.put("uid", Integer.toUnsignedLong(status.uid()));
      object.put("gid", Integer.toUnsignedLong(status.gid()));
      object.put("sizeBytes", status.sizeBytes());
      object.put("modified", Instant.ofEpochSecond(0, status.modifiedNanos()).toString());
      object.put("inode", status.inode());
    }
    if (!change.reason().isEmpty()) object.put("reason", change.reason());
    return object;
  }

  /// A name that is not UTF-8 is there as bytes, too.
  private static void putPath(Map<String, Object> object, String key, String path) {
    byte[] bytes = bytes(path);
    String text = new String(bytes, UTF_8);
    object.put(key, text);
    if (!text.equals(path)) {
      object.put(key + "Base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static byte[] bytes(String path) {
    byte[] bytes = Names.encode(path);
    return bytes == null ? path.getBytes(UTF_8) : bytes;
  }
}
