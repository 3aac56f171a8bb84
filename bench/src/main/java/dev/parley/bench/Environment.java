package dev.parley.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a benchmark ran: everything a reader needs to judge whether two figures may be compared.
///
/// @param cpu the processor's name, as the kernel gives it
/// @param cores how many the JVM may use
/// @param memoryMiB of the machine
/// @param kernel name, release and architecture
/// @param filesystem type of the directory's mount; says so if it is an ext4 without a journal
/// @param mountOptions of that mount, per mount and per superblock
/// @param jdk version and vendor
/// @param parley version
public record Environment(
    String cpu,
    int cores,
    long memoryMiB,
    String kernel,
    String filesystem,
    String mountOptions,
    String jdk,
    String parley) {

  /// Reads the environment of this process for benchmarks in `directory`, which must exist.
  public static Environment of(Path directory) throws IOException {
    Mount mount =
        Mount.of(directory.toRealPath(), Files.readAllLines(Path.of("/proc/self/mountinfo")));
    return new Environment(
        cpuName(Files.readAllLines(Path.of("/proc/cpuinfo"))),
        Runtime.getRuntime().availableProcessors(),
        memoryMiB(Files.readAllLines(Path.of("/proc/meminfo"))),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        mount.type() + (mount.lacksJournal() ? " without journal" : ""),
        mount.options(),
        Runtime.version() + " " + System.getProperty("java.vendor"),
        Version.ofParley());
  }

  /// Twelve hex digits of the SHA-256 over all components: the same wherever they are the same.
  public String id() {
    StringBuilder all = new StringBuilder();
    fieldsWithoutId()
        .forEach((name, value) -> all.append(name).append('=').append(value).append('\n'));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(all.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /// The row as names and values, in the order they are printed.
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("row", "environment");
    fields.put("id", id());
    fields.putAll(fieldsWithoutId());
    return fields;
  }

  private Map<String, Object> fieldsWithoutId() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("cpu", cpu);
    fields.put("cores", cores);
    fields.put("memoryMiB", memoryMiB);
    fields.put("kernel", kernel);
    fields.put("filesystem", filesystem);
    fields.put("mountOptions", mountOptions);
    fields.put("jdk", jdk);
    fields.put("parley", parley);
    return fields;
  }

  /// x86 has `model name`; aarch64 has no name at all.
  static String cpuName(List<String> cpuinfo) {
    for (String line : cpuinfo) {
      if (line.startsWith("model name")) return valueOf(line);
    }
    return "unnamed " + System.getProperty("os.arch");
  }

  static long memoryMiB(List<String> meminfo) {
    for (String line : meminfo) {
      if (line.startsWith("MemTotal")) return Long.parseLong(valueOf(line).split(" ")[0]) / 1024;
    }
    return 0;
  }

  private static String valueOf(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }
}
