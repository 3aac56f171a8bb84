package dev.parley.primitive.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A directory of /proc or /sys, held open. What goes away while it is read is empty, and so is
/// what this user may not see: then it remembers that.
///
/// Below /proc/PID it stays that process's directory: should the process end and its number be
/// given to another, there is nothing here any more.
final class Proc implements AutoCloseable {
  private final Kernel kernel;
  private final Fd directory;
  private boolean refused;

  private Proc(Kernel kernel, Fd directory) {
    this.kernel = kernel;
    this.directory = directory;
  }

  /// @throws ErrnoException ENOENT: it is not mounted
  static Proc open(Kernel kernel, String path) throws ErrnoException {
    return new Proc(kernel, kernel.openAt(Fd.CWD, path, Open.PATH | Open.DIRECTORY, 0));
  }

  /// A directory in it.
  Optional<Proc> child(String name) throws ErrnoException {
    return tried(
        () ->
            new Proc(
                kernel,
                kernel.openAt(directory, name, Open.PATH | Open.DIRECTORY | Open.NO_FOLLOW, 0)));
  }

  /// The processes there are, by number.
  List<Integer> processes() throws ErrnoException {
    List<Integer> numbers = new ArrayList<>();
    for (String name : list(".")) {
      if (name.matches("[1-9][0-9]{0,8}")) numbers.add(Integer.valueOf(name));
    }
    return numbers;
  }

  /// The names in a directory in it.
  List<String> list(String name) throws ErrnoException {
    Optional<List<String>> names =
        tried(
            () -> {
              try (Fd fd = kernel.openAt(directory, name, Open.READ_ONLY | Open.DIRECTORY, 0)) {
                List<String> all = new ArrayList<>();
                for (List<String> some = kernel.readDirectory(fd);
                    !some.isEmpty();
                    some = kernel.readDirectory(fd)) {
                  all.addAll(some);
                }
                return all;
              }
            });
    return names.orElse(List.of());
  }

  /// A whole file in it. What is not UTF-8 is replaced.
  Optional<String> text(String name) throws ErrnoException {
    return text(name, Integer.MAX_VALUE);
  }

  /// The same of a file that may be long: so many bytes of it, and perhaps a few more.
  Optional<String> text(String name, int mostBytes) throws ErrnoException {
    return tried(
        () -> {
          try (Fd fd = kernel.openAt(directory, name, Open.READ_ONLY, 0)) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            byte[] part = new byte[Math.min(mostBytes, 65_536)];
            int n = 1;
            while (n > 0 && whole.size() < mostBytes) {
              n = kernel.read(fd, part, 0, part.length);
              whole.write(part, 0, n);
            }
            return whole.toString(UTF_8);
          }
        });
  }

  /// Its lines, none if it is not to be had.
  List<String> lines(String name) throws ErrnoException {
    return text(name).map(text -> text.lines().toList()).orElse(List.of());
  }

  /// The number that a file in it consists of.
  Optional<Long> number(String name) throws ErrnoException {
    return text(name).map(String::strip).filter(Numbers::isNumber).map(Numbers::parse);
  }

  /// What a symbolic link in it says.
  Optional<String> link(String name) throws ErrnoException {
    return tried(() -> kernel.readLinkAt(directory, name));
  }

  /// What a symbolic link in it leads to.
  Optional<FileStatus> target(String name) throws ErrnoException {
    return tried(() -> kernel.targetStatusAt(directory, name));
  }

  /// Whether something was not told because this user may not see it.
  boolean wasRefused() {
    return refused;
  }

  @Override
  public void close() {
    directory.close();
  }

  private interface Reading<T> {
    T read() throws ErrnoException;
  }

  private <T> Optional<T> tried(Reading<T> reading) throws ErrnoException {
    try {
      return Optional.of(reading.read());
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case EACCES, EPERM -> refused = true;
        // Gone; or, for a link, what it leads to is.
        case ENOENT, ESRCH, ENOTDIR, ESTALE, ENXIO, ELOOP -> {}
        // An attribute that cannot be read now, as some of /sys and of ended processes.
        case EINVAL, EIO, ENODEV -> {}
        default -> throw e;
      }
      return Optional.empty();
    }
  }
}
