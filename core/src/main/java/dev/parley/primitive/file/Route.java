package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way a path leads, as the kernel walks it: one step a component, links followed, to what the
/// path ends at. Where [TrustedPath] refuses to go on, a route only says so; it is for looking, not
/// for opening.
///
/// ```java
/// try (Route route = Route.of(kernel, Path.of("/var/run/x"))) {
///   for (Route.Step step : route.steps()) System.out.println(step.path() + " " + step.refusal());
///   Fd file = route.end(); // null if it leads nowhere
/// }
/// ```
///
/// Guarantees: nothing is opened but with O_PATH, so no device, FIFO or automount notices. It is
/// true for the instant of each step. Source: path_resolution(7), book 0.3.2.
public final class Route implements AutoCloseable {
  private static final int MOST_SYMLINKS = 40;
  private static final long PROC = 0x9FA0;

  private final Kernel kernel;
  private final Deque<String> components = new ArrayDeque<>();
  private final List<Step> steps = new ArrayList<>();
  private final Visitor visitor;
  private @Nullable Fd end;
  private @Nullable FileStatus status;
  private @Nullable ErrnoException failure;

  /// One component of the way.
  ///
  /// @param directory where it was looked up
  /// @param directoryStatus what that is
  /// @param name the component
  /// @param found what it is, a symlink itself; null if it is not there or cannot be looked up
  /// @param target where a symlink leads
  /// @param refusal why Parley would not take this step, or null
  public record Step(
      String directory,
      FileStatus directoryStatus,
      String name,
      @Nullable FileStatus found,
      @Nullable String target,
      @Nullable String refusal) {
    public String path() {
      return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    /// Whether another filesystem, or another part of one, is mounted here.
    public boolean isMountPoint() {
      return found != null && found.mountId() != directoryStatus.mountId();
    }
  }

  /// Sees each step while what it found is open.
  public interface Visitor {
    /// @param directory where it was looked up, open with O_PATH
    /// @param entry what was found, open with O_PATH; null if nothing
    void visit(Step step, Fd directory, @Nullable Fd entry) throws IOException;
  }

  private Route(Kernel kernel, Visitor visitor) {
    this.kernel = kernel;
    this.visitor = visitor;
  }

  /// Walks as far as it gets.
  ///
  /// @throws ErrnoException what says nothing about the path: EMFILE, EIO
  public static Route of(Kernel kernel, Path path) throws IOException {
    return of(kernel, path, (_, _, _) -> {});
  }

  public static Route of(Kernel kernel, Path path, Visitor visitor) throws IOException {
    Route route = new Route(kernel, visitor);
    route.walk(path.toAbsolutePath());
    return route;
  }

  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /// What the path ends at, open with O_PATH until the route is closed; null if it leads nowhere.
  public @Nullable Fd end() {
    return end;
  }

  /// What that is.
  public @Nullable FileStatus status() {
    return status;
  }

  /// Why it leads nowhere: ENOENT, EACCES, ENOTDIR, ELOOP; empty if it leads somewhere.
  public Optional<ErrnoException> failure() {
    return Optional.ofNullable(failure);
  }

  /// Why Parley would not take this way: the first step that it refuses.
  public Optional<String> refusal() {
    for (Step step : steps) {
      if (step.refusal() != null) return Optional.of(step.refusal());
    }
    return Optional.empty();
  }

  /// @throws UnsafePathException if Parley would not take this way
  public void requireTrusted() throws UnsafePathException {
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) throw new UnsafePathException(refusal.get());
  }

  @Override
  public void close() {
    if (end != null) end.close();
  }

  private void walk(Path path) throws IOException {
    add(path);
    Fd current = root();
    try {
      while (!components.isEmpty()) {
        Fd next = step(current, components.removeFirst());
        current.close();
        if (next == null) return;
        current = next;
      }
      status = kernel.status(current);
      end = current;
    } finally {
      if (end == null) current.close();
    }
  }

  /// @return where to go on; null if that is nowhere
  private @Nullable Fd step(Fd directory, String name) throws IOException {
    FileStatus here = kernel.status(directory);
    String refusal = TrustedPath.refusalOfDirectory(here, directory.path());
    Fd entry;
    try {
      entry = kernel.openAt(directory, name, Open.PATH | Open.NO_FOLLOW, 0);
    } catch (ErrnoException e) {
      endAt(e);
      take(new Step(directory.path(), here, name, null, null, refusal), directory, null);
      return null;
    }
    boolean kept = false;
    try {
      FileStatus found = kernel.status(entry);
      String target = null;
      if (found.isSymlink()) {
        target = kernel.readLinkAt(directory, name);
        if (refusal == null) {
          int user = kernel.effectiveUserId();
          refusal = TrustedPath.refusalOfLink(here, found, user, entry.path());
        }
      }
      take(new Step(directory.path(), here, name, found, target, refusal), directory, entry);
      if (target != null) return follow(directory, name, target);
      kept = true;
      return entry;
    } finally {
      if (!kept) entry.close();
    }
  }

  /// The path leads nowhere; or, if that says nothing about the path, there is trouble.
  private void endAt(ErrnoException e) throws ErrnoException {
    failure =
        switch (e.errno()) {
          case ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EINVAL, ENXIO, ESRCH -> e;
          default -> throw e;
        };
  }

  private void take(Step step, Fd directory, @Nullable Fd entry) throws IOException {
    steps.add(step);
    visitor.visit(step, directory, entry);
  }

  private @Nullable Fd follow(Fd directory, String name, String target) throws IOException {
    long links = steps.stream().filter(step -> step.target() != null).count();
    if (links > MOST_SYMLINKS) {
      failure = new ErrnoException("openat", directory.path(name), Errno.ELOOP);
      return null;
    }
    // What a link in /proc says need not be a path; the kernel knows where it leads.
    if (kernel.filesystem(directory).type() == PROC) {
      try {
        return kernel.openAt(directory, name, Open.PATH, 0);
      } catch (ErrnoException e) {
        endAt(e);
        return null;
      }
    }
    add(Path.of(target));
    return target.startsWith("/") ? root() : kernel.duplicate(directory);
  }

  /// Puts the steps of `path` before those that are left.
  private void add(Path path) {
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      String name = path.getName(i).toString();
      if (!name.isEmpty() && !name.equals(".")) components.addFirst(name);
    }
  }

  private Fd root() throws IOException {
    return kernel.openAt(Fd.CWD, "/", Open.PATH | Open.DIRECTORY, 0);
  }
}
