package dev.parley.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processes of a process group. Source: proc(5), /proc/PID/stat.
final class ProcessGroup {
  private static final Path PROC = Path.of("/proc");

  private ProcessGroup() {}

  /// Whether any of them is alive: not one that has ended and was not waited for.
  static boolean isAlive(int group) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (isMember(process, group)) return true;
      }
    }
    return false;
  }

  private static boolean isMember(Path process, int group) {
    String stat;
    try {
      stat = Files.readString(process.resolve("stat"), ISO_8859_1);
    } catch (IOException e) {
      return false; // it has ended meanwhile
    }
    // PID (NAME) STATE PARENT GROUP ..., and the name may have anything in it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return fields.length > 2 && !fields[0].equals("Z") && fields[2].equals(String.valueOf(group));
  }
}
