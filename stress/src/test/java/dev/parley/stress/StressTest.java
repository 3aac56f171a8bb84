package dev.parley.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs jcstress on this package, in processes of its own.
class StressTest {
  private static final int QUESTIONS = 5;
  private static final String SHORT = "short";
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  private static final Path HERE = Path.of("target", "jcstress");

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void nothingForbiddenIsSeen() throws Exception {
    Files.createDirectories(HERE);
    Path log = HERE.resolve("log");
    Process process =
        new ProcessBuilder(command())
            .directory(HERE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status = process.waitFor();
    String said = Files.readString(log);
    assertThat(status).as(said).isZero();
    assertThat(said)
        .contains("Failed tests: No matches")
        .contains("Error tests: No matches")
        .contains("All remaining tests: " + QUESTIONS + " matching");
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.openjdk.jcstress.Main");
    command.addAll(List.of("-t", "dev\\.parley\\.stress\\."));
    // Fewer than there are things in a pool.
    command.addAll(List.of("-strideSize", "16", "-strideCount", "4"));
    String mode = System.getProperty("stress.mode", SHORT);
    if (mode.equals(SHORT)) {
      command.addAll(List.of("-f", "1", "-iters", "2", "-time", "500", "-sc", "false"));
      command.addAll(List.of("-jvmArgs", NATIVE));
    } else {
      command.addAll(List.of("-m", mode, "-jvmArgsPrepend", NATIVE));
    }
    return command;
  }
}
