package dev.parley.pattern.member;

import dev.parley.primitive.file.Accounts;
import dev.parley.primitive.process.Host;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a file in a space says of the process it belongs to. It explains, and decides nothing.
public final class ThisProcess {
  private ThisProcess() {}

  /// @param since the key under which the time is
  /// @param command what others are shown; empty is the process's command line
  public static Map<String, String> lines(Kernel kernel, String since, Optional<String> command)
      throws IOException {
    ProcessHandle process = ProcessHandle.current();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("pid", Long.toString(process.pid()));
    lines.put("started", process.info().startInstant().map(Object::toString).orElse("unknown"));
    lines.put(since, Long.toString(kernel.realtimeNanos()));
    lines.put("boot", Epoch.bootId(kernel));
    lines.put("host", Host.name());
    lines.put("user", Accounts.userName(kernel.effectiveUserId()));
    lines.put(
        "command",
        command.or(process.info()::commandLine).or(process.info()::command).orElse("unknown"));
    return lines;
  }
}
