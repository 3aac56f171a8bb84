package dev.parley.testkit;

import dev.parley.Space;
import dev.parley.sys.Kernel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Starts real processes, JVMs and others, and makes sure that none outlives it.
///
/// ```java
/// try (ProcessHarness processes = new ProcessHarness()) {
///   Child consumer = processes.java(Puppet.class, dir.toString());
///   consumer.say("claim mails");
///   consumer.awaitLine("claimed");
///   consumer.kill();
/// }
/// ```
///
/// JVMs run on the class path, or the modules, that this test runs on.
public final class ProcessHarness implements AutoCloseable {
  private final List<Child> children = new CopyOnWriteArrayList<>();
  private final List<String> prefix;
  private final boolean copiesClasses;
  private @Nullable Path copies;

  public ProcessHarness() {
    this(List.of(), false);
  }

  private ProcessHarness(List<String> prefix, boolean copiesClasses) {
    this.prefix = new ArrayList<>(prefix);
    this.copiesClasses = copiesClasses;
  }

  /// A harness whose processes each run in a PID namespace of their own, with a /proc that shows
  /// it. Needs root.
  public static ProcessHarness inPidNamespaces() {
    return new ProcessHarness(
        List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"), false);
  }

  /// A harness whose processes run as this user and group and in no others. Needs root. Its JVMs
  /// get copies of Parley's classes that everybody can read, wherever the originals are.
  public static ProcessHarness asUser(int uid, int gid) {
    return asUser(uid, gid, "--clear-groups");
  }

  /// The same with supplementary groups, by their numbers.
  public static ProcessHarness asUser(int uid, int gid, int... groups) {
    List<String> numbers = new ArrayList<>();
    for (int group : groups) numbers.add(String.valueOf(group));
    return asUser(uid, gid, "--groups=" + String.join(",", numbers));
  }

  private static ProcessHarness asUser(int uid, int gid, String groups) {
    return new ProcessHarness(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, groups), true);
  }

  /// Starts every process through `command` from now on, such as `sh -c 'umask 077; exec "$@"' sh`.
  ///
  /// @return this
  public ProcessHarness through(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  /// Whether a program is installed, for tests that are skipped without it.
  public static boolean has(String program) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }

  /// Whether this user may do what tests of other users, namespaces and mounts need.
  public static boolean isRoot() {
    return Kernel.linux().effectiveUserId() == 0;
  }

  /// Starts `main` in a JVM of its own.
  public Child java(Class<?> main, String... arguments) throws IOException {
    return java(List.of(), main, arguments);
  }

  public Child java(List<String> options, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(
        List.of(
            "--class-path", copiesClasses ? copiedClassPath(main) : classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return program(command);
  }

  /// Starts a program, looked up in PATH.
  public Child program(String... command) throws IOException {
    return program(List.of(command));
  }

  public Child program(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    Child child = new Child(new ProcessBuilder(whole).redirectErrorStream(true).start());
    children.add(child);
    return child;
  }

  /// Runs a program to its end.
  ///
  /// @return what it printed
  /// @throws AssertionError if it fails, with what it printed
  public static String run(String... command) throws IOException, InterruptedException {
    try (ProcessHarness harness = new ProcessHarness()) {
      Child child = harness.program(command);
      int status = child.awaitExit();
      if (status != 0) {
        throw new AssertionError(
            String.join(" ", command) + " ended with " + status + ":\n" + child.output());
      }
      return child.output();
    }
  }

  /// What a child needs to load the classes that are loaded here.
  private static String classPath() {
    Set<String> entries =
        new LinkedHashSet<>(
            List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    entries.remove("");
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      Optional.ofNullable(module.reference().location().orElse(null))
          .filter(location -> location.getScheme().equals("file"))
          .ifPresent(location -> entries.add(Path.of(location).toString()));
    }
    // Surefire puts its own path behind a jar's manifest; it tells the real one here.
    String real = System.getProperty("surefire.test.class.path");
    if (real != null) entries.addAll(List.of(real.split(File.pathSeparator)));
    return String.join(File.pathSeparator, entries);
  }

  /// Copies of where `main` and Parley come from.
  private String copiedClassPath(Class<?> main) throws IOException {
    Path directory = copies;
    if (directory == null) {
      directory = Files.createTempDirectory("parley-classes");
      copies = directory;
      Files.setAttribute(directory, "unix:mode", 0755);
    }
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> each : List.of(main, ProcessHarness.class, Space.class, Kernel.class)) {
      Path source =
          Path.of(URI.create(each.getProtectionDomain().getCodeSource().getLocation().toString()));
      Path copy = directory.resolve(Integer.toHexString(source.hashCode()));
      if (entries.add(copy.toString()) && !Files.exists(copy)) copy(source, copy);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Path copy = target.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) Files.createDirectory(copy);
        else Files.copy(path, copy);
        Files.setAttribute(copy, "unix:mode", Files.isDirectory(path) ? 0755 : 0644);
      }
    }
  }

  /// Kills every process that still runs.
  @Override
  public void close() {
    children.forEach(Child::close);
    Path directory = copies;
    if (directory == null) return;
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
