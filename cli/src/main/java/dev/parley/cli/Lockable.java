package dev.parley.cli;

import dev.parley.pattern.lock.NamedLock;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.primitive.presence.HostProcess;
import dev.parley.primitive.presence.Presence;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `parley lock` can lock: a name in a space, or a file.
sealed interface Lockable extends AutoCloseable {
  static Lockable named(Kernel kernel, Path space, String name, String command) throws IOException {
    return new Name(space, NamedLock.open(kernel, space, true, name, Optional.of(command)));
  }

  static Lockable at(Kernel kernel, Path path, LockOptions options) throws IOException {
    return new File(LockFile.open(kernel, path, options), path, options);
  }

  Kind kind();

  /// What is locked, as its users call it.
  String path();

  /// Its own variables for the command's environment.
  Map<String, String> environment();

  /// How long a lease lasts; zero for what does not run out.
  Duration lease();

  Optional<HeldLock> tryAcquire(LockKind mode) throws IOException;

  Optional<HeldLock> acquire(LockKind mode, Duration atMost)
      throws IOException, InterruptedException;

  HeldLock acquire(LockKind mode) throws IOException, InterruptedException;

  /// Who holds it, and what to do about it.
  String whyBusy(Kernel kernel) throws IOException;

  @Override
  void close();

  /// A name in a space.
  record Name(Path space, NamedLock lock) implements Lockable {
    @Override
    public Kind kind() {
      return Kind.OFD;
    }

    @Override
    public String path() {
      return lock.path();
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("PARLEY_SPACE", space.toAbsolutePath().toString());
    }

    @Override
    public Duration lease() {
      return Duration.ZERO;
    }

    @Override
    public Optional<HeldLock> tryAcquire(LockKind mode) throws IOException {
      return lock.tryAcquire(mode);
    }

    @Override
    public Optional<HeldLock> acquire(LockKind mode, Duration atMost)
        throws IOException, InterruptedException {
      return lock.acquire(mode, atMost);
    }

    @Override
    public HeldLock acquire(LockKind mode) throws IOException, InterruptedException {
      return lock.acquire(mode);
    }

    @Override
    public String whyBusy(Kernel kernel) throws IOException {
      return path() + " is held by " + lock.holder().orElse("somebody who has just let go");
    }

    @Override
    public void close() {
      lock.close();
    }
  }

  /// A file.
  record File(LockFile lock, Path named, LockOptions options) implements Lockable {
    @Override
    public Kind kind() {
      return options.kind();
    }

    @Override
    public String path() {
      return kind() == Kind.GIT ? lock.path() + ".lock" : lock.path();
    }

    @Override
    public Map<String, String> environment() {
      return Map.of();
    }

    @Override
    public Duration lease() {
      return kind() == Kind.LEASE ? options.lease() : Duration.ZERO;
    }

    @Override
    public Optional<HeldLock> tryAcquire(LockKind mode) throws IOException {
      return lock.tryAcquire(mode);
    }

    @Override
    public Optional<HeldLock> acquire(LockKind mode, Duration atMost)
        throws IOException, InterruptedException {
      return lock.acquire(mode, atMost);
    }

    @Override
    public HeldLock acquire(LockKind mode) throws IOException, InterruptedException {
      return lock.acquire(mode);
    }

    @Override
    public String whyBusy(Kernel kernel) throws IOException {
      return switch (kind()) {
        case FLOCK, OFD, POSIX -> path() + " is locked by " + lockers(kernel);
        case PID, DOT ->
            "%s is held by %s; if you know that it is not, rm it"
                .formatted(path(), lock.holder().orElse("somebody who has just let go"));
        case GIT -> path() + " is there; if nobody works on the file any more, rm it";
        case LEASE ->
            "%s is held by %s; that its holder is dead shows only to one who waits for its lease time"
                .formatted(path(), lock.holder().orElse("somebody who has just given it back"));
      };
    }

    /// As far as the kernel tells.
    private String lockers(Kernel kernel) throws IOException {
      Set<String> who = new LinkedHashSet<>();
      try (Place place = Place.of(kernel, named);
          Fd file = kernel.openAt(place.dir().fd(), place.name(), Open.PATH | Open.NO_FOLLOW, 0)) {
        for (Tie tie : Presence.at(kernel, file).ties()) {
          HostProcess process = tie.process();
          if (!(tie instanceof Tie.Lock) || process == null) continue;
          if (process.pid() == ProcessHandle.current().pid()) continue;
          who.add("process " + process.pid() + " (" + process.command() + ")");
        }
      } catch (ErrnoException e) {
        // It has gone since, or may not be looked at.
      }
      return who.isEmpty()
          ? "somebody; parley who " + named + " may tell whom"
          : String.join(", ", who);
    }

    @Override
    public void close() {
      lock.close();
    }
  }
}
