package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import dev.parley.sys.SpawnRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A process that does to a lock what its standard input says, one command a line, and answers each
/// with one line. Run by [ProcessHarness#java]; the arguments are the path, the kind, and for a
/// lease its time in milliseconds.
///
/// ```text
/// try [shared]           held [TOKEN], or busy
/// acquire MILLIS [shared]   the same, after waiting that long at most
/// pass COMMAND...        passed PID: a command that inherits the lock's descriptor
/// release                released
/// count FILE N           counted: reads a number from FILE and writes the next, N times under the lock
/// guard FILE N           guarded, or violated: holds the lock N times, and looks whether it is alone
/// ```
///
/// Whatever throws answers `failed CLASS: MESSAGE`.
public final class LockPuppet {
  private final LockFile file;
  private final String id = UUID.randomUUID().toString();
  private @Nullable HeldLock held;

  private LockPuppet(LockFile file) {
    this.file = file;
  }

  public static void main(String[] arguments) throws IOException {
    LockOptions options = LockOptions.of(Kind.valueOf(arguments[1]));
    if (arguments.length > 2) options = options.withLease(millis(arguments[2]));
    LockPuppet puppet =
        new LockPuppet(LockFile.open(Kernel.linux(), Path.of(arguments[0]), options));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String command;
    while ((command = commands.readLine()) != null) System.out.println(puppet.answer(command));
  }

  private String answer(String command) {
    try {
      return act(List.of(command.split(" ")));
    } catch (Exception | Error e) {
      return "failed " + e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  private String act(List<String> words) throws IOException, InterruptedException {
    return switch (words.getFirst()) {
      case "try" -> take(file.tryAcquire(mode(words)));
      case "acquire" -> take(file.acquire(mode(words), millis(words.get(1))));
      case "pass" -> "passed " + pass(words.subList(1, words.size()));
      case "release" -> {
        held().close();
        yield "released";
      }
      case "count" -> {
        for (int i = Integer.parseInt(words.get(2)); i > 0; i--) {
          try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
            count(Path.of(words.get(1)));
          }
        }
        yield "counted";
      }
      case "guard" -> guard(Path.of(words.get(1)), Integer.parseInt(words.get(2)));
      default -> throw new IllegalArgumentException("no command " + words);
    };
  }

  private static LockKind mode(List<String> words) {
    return words.getLast().equals("shared") ? LockKind.SHARED : LockKind.EXCLUSIVE;
  }

  private String take(Optional<HeldLock> taken) {
    if (taken.isEmpty()) return "busy";
    held = taken.get();
    return "held" + (held().token().isPresent() ? " " + held().token().getAsLong() : "");
  }

  private HeldLock held() {
    HeldLock lock = held;
    if (lock == null) throw new IllegalStateException("nothing is held");
    return lock;
  }

  private int pass(List<String> command) throws IOException {
    Kernel kernel = Kernel.linux();
    try (Fd nothing = kernel.openAt(Fd.CWD, "/dev/null", Open.READ_WRITE, 0)) {
      Map<Integer, Fd> descriptors =
          Map.of(0, nothing, 1, nothing, 2, nothing, 30, held().descriptor());
      return kernel.spawn(new SpawnRequest(command, System.getenv(), descriptors, true));
    }
  }

  /// Not atomic by itself: two who do it at once lose one.
  public static void count(Path file) throws IOException {
    long number = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    Files.writeString(file, (number + 1) + "\n");
  }

  private String guard(Path file, int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      try (HeldLock _ = this.file.acquire(LockKind.EXCLUSIVE)) {
        Files.writeString(file, id);
        for (int look = 0; look < 3; look++) {
          if (!Files.readString(file).equals(id)) return "violated";
        }
      }
    }
    return "guarded";
  }

  private static Duration millis(String number) {
    return Duration.ofMillis(Long.parseLong(number));
  }
}
