package dev.parley.primitive.presence;

import dev.parley.sys.ErrnoException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A process as /proc describes it. All but the numbers is what the process says of itself.
///
/// @param pid here, in the PID namespace of this /proc
/// @param innerPid in its own PID namespace; the same unless that is another one
/// @param name the program's, 15 bytes at most
/// @param command its arguments, with spaces between, the first 4 kB of them; the name for one that
///   has none
/// @param uid whose rights it has (effective)
/// @param startedAt to a hundredth of a second, by a clock that is set
public record HostProcess(
    int pid, int innerPid, String name, String command, int uid, Instant startedAt) {
  private static final int START_TIME = 22;
  private static final long TICKS_PER_SECOND = 100;
  private static final int MOST_COMMAND_BYTES = 4096;

  /// Whether it is in another PID namespace, below this one.
  public boolean isInOtherNamespace() {
    return innerPid != pid;
  }

  /// @param process /proc/PID
  /// @return empty if it has ended
  static Optional<HostProcess> read(Proc process, int pid, Instant boot) throws ErrnoException {
    Optional<String> stat = process.text("stat");
    List<String> status = process.lines("status");
    if (stat.isEmpty() || status.isEmpty()) return Optional.empty();
    // Between parentheses, and may contain some.
    int nameEnd = stat.get().lastIndexOf(')');
    String name = stat.get().substring(stat.get().indexOf('(') + 1, nameEnd);
    String[] fields = stat.get().substring(nameEnd + 2).split(" ");
    long started = Numbers.parse(fields[START_TIME - 3].strip());
    int uid = Integer.parseUnsignedInt(field(status, "Uid:", 1).orElse("0"));
    // Last, as it reads the process's own memory, which may be slow to come.
    String command = process.text("cmdline", MOST_COMMAND_BYTES).orElse("");
    int inner = field(status, "NSpid:", -1).map(Integer::valueOf).orElse(pid);
    return Optional.of(
        new HostProcess(
            pid,
            inner,
            name,
            command.isEmpty() ? "[" + name + "]" : command.replace('\0', ' ').strip(),
            uid,
            boot.plusMillis(started * 1000 / TICKS_PER_SECOND)));
  }

  /// When the host booted, by the clock that is set now.
  static Instant boot(Proc proc) throws ErrnoException {
    return proc.lines("stat").stream()
        .filter(line -> line.startsWith("btime "))
        .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(6).strip())))
        .findFirst()
        .orElse(Instant.EPOCH);
  }

  /// The word at `index` behind a heading; -1 is the last.
  private static Optional<String> field(List<String> lines, String heading, int index) {
    for (String line : lines) {
      if (!line.startsWith(heading)) continue;
      String[] words = line.substring(heading.length()).strip().split("\\s+");
      int at = index < 0 ? words.length + index : index;
      return Arrays.stream(words).skip(at).findFirst();
    }
    return Optional.empty();
  }
}
