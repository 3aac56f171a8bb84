package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/// A shell whose streams are in memory.
final class TestShell {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(System.getenv());
  private byte[] in = {};

  TestShell in(String text) {
    in = text.getBytes(UTF_8);
    return this;
  }

  TestShell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Shell shell() {
    PrintStream talk = new PrintStream(err, true, UTF_8);
    return new Shell(new ByteArrayInputStream(in), out, talk, environment, false, false);
  }

  byte[] out() {
    return out.toByteArray();
  }

  String err() {
    return err.toString(UTF_8);
  }
}
