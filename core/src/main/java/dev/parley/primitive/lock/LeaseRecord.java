package dev.parley.primitive.lock;

import dev.parley.BadFormatException;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.process.Host;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the file of a lease says. Every version of one lease has the same length, so that one
/// write(2) in place makes the next of it.
///
/// ```text
/// id=9f86d081884c7d65           random, the grant's own
/// time=30000                    ms: how long it lasts without being renewed
/// held=1                        0: given back
/// beat=00000000000000000007     counts renewals
/// host=web1
/// pid=1234                      who has it: explains, decides nothing
/// ```
record LeaseRecord(Map<String, String> lines) {
  private static final int BEAT_DIGITS = 20;

  static LeaseRecord first(Duration time) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("id", RandomName.hex(16));
    lines.put("time", Long.toString(time.toMillis()));
    lines.put("held", "1");
    lines.put("beat", beat(0));
    lines.put("host", Host.name());
    lines.put("pid", Long.toString(ProcessHandle.current().pid()));
    return new LeaseRecord(lines);
  }

  /// @throws BadFormatException if it is none
  static LeaseRecord parse(byte[] content, String path) throws BadFormatException {
    return new LeaseRecord(PropertiesFile.parse(content, 0, content.length, () -> path));
  }

  private static String beat(long number) {
    String digits = Long.toString(number);
    return "0".repeat(BEAT_DIGITS - digits.length()) + digits;
  }

  LeaseRecord renewed(long number) {
    return with("beat", beat(number));
  }

  LeaseRecord givenBack() {
    return with("held", "0");
  }

  private LeaseRecord with(String key, String value) {
    Map<String, String> changed = new LinkedHashMap<>(lines);
    changed.put(key, value);
    return new LeaseRecord(changed);
  }

  byte[] bytes() {
    return PropertiesFile.format(lines);
  }

  boolean isGivenBack() {
    return lines.getOrDefault("held", "").equals("0");
  }

  /// How long it lasts unrenewed; `otherwise` if it does not say so in reason.
  Duration time(Duration otherwise) {
    String text = lines.getOrDefault("time", "");
    if (!text.matches("[0-9]{1,12}")) return otherwise;
    Duration time = Duration.ofMillis(Long.parseLong(text));
    boolean possible =
        time.compareTo(LockOptions.SHORTEST_LEASE) >= 0
            && time.compareTo(LockOptions.LONGEST_LEASE) <= 0;
    return possible ? time : otherwise;
  }

  String holder() {
    return "process "
        + lines.getOrDefault("pid", "unknown")
        + " of host "
        + lines.getOrDefault("host", "unknown");
  }
}
