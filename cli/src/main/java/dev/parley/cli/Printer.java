package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/// Writes results to standard output, in one write each, so that a reader never sees half of one.
final class Printer {
  private final Shell shell;

  Printer(Shell shell) {
    this.shell = shell;
  }

  void line(String text) throws IOException {
    text(text + "\n");
  }

  /// One JSON object and a newline.
  void json(Map<String, ?> object) throws IOException {
    line(Json.text(object));
  }

  void table(Table table) throws IOException {
    text(table.toString(shell.color()));
  }

  void bytes(byte[] bytes) throws IOException {
    shell.out().write(bytes);
    shell.out().flush();
  }

  void text(String text) throws IOException {
    bytes(text.getBytes(UTF_8));
  }

  /// A payload as it is, and what separates it from the next.
  void payload(byte[] payload, String separator) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(payload.length + 1);
    whole.writeBytes(payload);
    whole.writeBytes(separator.getBytes(UTF_8));
    bytes(whole.toByteArray());
  }
}
