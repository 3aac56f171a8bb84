package dev.parley.doctor;

import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// One of the processes that examine a directory together. Not for people.
///
/// It says `ready`, then obeys lines on its standard input until that ends. Each is the name of a
/// [Trial], the instant to start at (of the clock since boot, the same for all), and what the trial
/// needs to know. The answer is `done` with what came of it, or `failed` with the reason.
final class Worker {
  private Worker() {}

  /// `DIRECTORY INDEX`
  public static void main(String[] arguments) throws IOException {
    Kernel kernel = Kernel.linux();
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Dir dir = open(kernel, Path.of(arguments[0]))) {
      Trial.Scene scene = new Trial.Scene(dir, Integer.parseInt(arguments[1]));
      answers.println("ready");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        answers.println(obey(scene, List.of(order.split(" "))));
      }
    }
  }

  private static Dir open(Kernel kernel, Path path) throws IOException {
    Fd fd = TrustedPath.tryOpen(kernel, path);
    if (fd == null) throw new IOException(path + " is gone");
    return Dir.verified(kernel, fd, Access.privateTo(kernel.effectiveUserId()));
  }

  private static String obey(Trial.Scene scene, List<String> words) {
    try {
      Trial trial = Trial.valueOf(words.get(0));
      List<String> told = words.subList(2, words.size());
      awaitInstant(scene.kernel(), Long.parseLong(words.get(1)));
      return "done " + trial.perform(scene, told);
    } catch (IOException | RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      return "failed " + String.join(" ", Arrays.asList(message.split("\\R")));
    }
  }

  private static void awaitInstant(Kernel kernel, long instant) {
    while (kernel.boottimeNanos() < instant) Thread.onSpinWait();
  }
}
