package dev.parley.primitive.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The command line of a JVM like this one.
public final class SameJava {
  private SameJava() {}

  /// Runs `main` with this JVM's Java, its modules or its class path, and the serial collector.
  /// Modules that touch native memory may do so there too.
  ///
  /// @param flags further ones for the JVM
  public static List<String> command(Class<?> main, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    @Nullable String modules = System.getProperty("jdk.module.path");
    if (modules == null || !main.getModule().isNamed()) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    } else {
      command.add("--enable-native-access=" + String.join(",", nativeModules()));
      command.addAll(
          List.of("-p", modules, "-m", main.getModule().getName() + "/" + main.getName()));
    }
    command.addAll(arguments);
    return command;
  }

  private static List<String> nativeModules() {
    return ModuleLayer.boot().modules().stream()
        .filter(Module::isNativeAccessEnabled)
        .map(Module::getName)
        .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
        .sorted()
        .toList();
  }
}
