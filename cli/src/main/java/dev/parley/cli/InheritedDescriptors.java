package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The descriptors above the standard streams that this process inherited, to be handed on.
///
/// They are those that are not close-on-exec and do not belong to the JVM, which opens a few files
/// of its own (its modules, the jars, its source of randomness) like that.
final class InheritedDescriptors {
  private static final int CLOSE_ON_EXEC = 02000000;

  private InheritedDescriptors() {}

  /// By number.
  static SortedMap<Integer, Fd> of(Kernel kernel) throws IOException {
    SortedMap<Integer, Fd> inherited = new TreeMap<>();
    try (Fd listing = kernel.openAt(Fd.CWD, "/proc/self/fd", Open.READ_ONLY | Open.DIRECTORY, 0)) {
      for (List<String> names = kernel.readDirectory(listing);
          !names.isEmpty();
          names = kernel.readDirectory(listing)) {
        for (String name : names) {
          int number = Integer.parseInt(name);
          if (number > 2 && isInherited(kernel, listing, name)) {
            inherited.put(number, Fd.opened(kernel, number, null, "descriptor " + name));
          }
        }
      }
    }
    return inherited;
  }

  private static boolean isInherited(Kernel kernel, Fd listing, String name) throws IOException {
    try {
      if ((flags(kernel, name) & CLOSE_ON_EXEC) != 0) return false;
      String target = kernel.readLinkAt(listing, name);
      return ownPlaces().stream().noneMatch(target::startsWith);
    } catch (ErrnoException e) {
      return false; // closed since
    }
  }

  private static int flags(Kernel kernel, String name) throws ErrnoException {
    byte[] bytes = new byte[4096];
    try (Fd file = kernel.openAt(Fd.CWD, "/proc/self/fdinfo/" + name, Open.READ_ONLY, 0)) {
      int length = kernel.read(file, bytes, 0, bytes.length);
      for (String line : new String(bytes, 0, length, UTF_8).split("\n")) {
        if (line.startsWith("flags:")) return Integer.parseInt(line.substring(6).strip(), 8);
      }
    }
    return CLOSE_ON_EXEC;
  }

  private static List<String> ownPlaces() {
    List<String> places = new ArrayList<>(List.of("/dev/random", "/dev/urandom"));
    for (String property : List.of("java.home", "java.class.path", "jdk.module.path")) {
      for (String place : System.getProperty(property, "").split(File.pathSeparator)) {
        if (!place.isEmpty()) places.add(real(place));
      }
    }
    return places;
  }

  /// As the kernel says it: without links, and without dots.
  private static String real(String place) {
    Path path = Path.of(place);
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize().toString();
    }
  }
}
