package dev.parley.cli;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Names;
import dev.parley.sys.Open;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// The environment this process was started with, for commands that it starts: byte for byte, which
/// [System#getenv] is not.
///
/// Bytes that are no UTF-8 become what they become in the kernel's names ([Names]), and bytes
/// again.
final class Environment {
  /// What the launcher saved before it chose a locale that reads UTF-8: `=VALUE`, or nothing if
  /// there was none.
  private static final String SAVED_LOCALE = "PARLEY_SAVED_LC_ALL";

  private Environment() {}

  static Map<String, String> exact(Kernel kernel) throws IOException {
    Fd file = kernel.openAt(Fd.CWD, "/proc/self/environ", Open.READ_ONLY, 0);
    byte[] bytes;
    try (InputStream in = new DescriptorInput(kernel, file)) {
      bytes = in.readAllBytes();
    }
    return parse(bytes);
  }

  static Map<String, String> parse(byte[] bytes) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : Names.decode(bytes, 0, bytes.length).split("\0")) {
      int equals = variable.indexOf('=', 1);
      if (equals > 0) variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    String saved = variables.remove(SAVED_LOCALE);
    if (saved != null) {
      variables.remove("LC_ALL");
      if (saved.startsWith("=")) variables.put("LC_ALL", saved.substring(1));
    }
    return variables;
  }
}
