package dev.parley.primitive.lock;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A lock at a path.
///
/// Guarantees: among all that ask in the same way, threads of one process included, one holds it,
/// or several share it, until close or death. Waiting costs no CPU; interrupts and timeouts end it
/// and close nothing; a virtual thread holds no carrier. A file that was removed or replaced while
/// somebody waited is not taken for the one that the path leads to.
///
/// Not promised: fairness. Not reentrant: a thread that asks twice waits for itself. Safe for use
/// by several threads. Source: book 4.3.2.
///
/// @apiNote Keep it open between uses: taking and giving back then are two system calls, and a
///   third that looks whether the path still leads to the file.
public interface LockFile extends AutoCloseable {

  /// The ways to lock. What excludes what, what a dead holder leaves and which programs take part:
  /// `docs/primitives/locks.md`.
  enum Kind {
    /// flock(2) on the file or directory.
    FLOCK(true),
    /// An fcntl lock that belongs to a descriptor, on all or some bytes of the file.
    OFD(true),
    /// An fcntl lock that belongs to the process.
    POSIX(true),
    /// A file that names its holder's PID.
    PID(false),
    /// A file made by link(2), as mail programs make it.
    DOT(false),
    /// PATH.lock, as git makes it; see [GitLock].
    GIT(false),
    /// A numbered file in a directory that several hosts share, renewed by its holder.
    LEASE(false);

    private final boolean shares;

    Kind(boolean shares) {
      this.shares = shares;
    }

    /// Whether several can hold it [LockKind#SHARED].
    public boolean shares() {
      return shares;
    }
  }

  /// The lock at `path`. Nothing is made before it is first asked for.
  ///
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  /// @throws UnsafePathException if somebody else could tamper with the way
  static LockFile open(Kernel kernel, Path path, Kind kind) throws IOException {
    return open(kernel, path, LockOptions.of(kind));
  }

  static LockFile open(Kernel kernel, Path path, LockOptions options) throws IOException {
    Place place = Place.of(kernel, path);
    boolean good = false;
    try {
      LockFile file = LockFiles.at(place.dir(), place.name(), options, place);
      good = true;
      return file;
    } finally {
      if (!good) place.close();
    }
  }

  /// The lock at a name in `dir`, which stays the caller's and open.
  static LockFile at(Dir dir, String name, LockOptions options) {
    return LockFiles.at(dir, name, options, null);
  }

  /// Takes it if that is possible now.
  ///
  /// @return empty if somebody holds it
  /// @throws UnsafePathException if the file is none that could be locked, or is marked for
  ///   mandatory locking
  /// @throws UnsupportedOperationException if it should be shared and the kind cannot be
  Optional<HeldLock> tryAcquire(LockKind mode) throws IOException;

  /// Takes it, waiting `atMost` that long.
  ///
  /// @return empty if somebody held it all the time
  /// @throws InterruptedException if the thread was interrupted before it was granted
  Optional<HeldLock> acquire(LockKind mode, Duration atMost)
      throws IOException, InterruptedException;

  /// Takes it, waiting without limit.
  HeldLock acquire(LockKind mode) throws IOException, InterruptedException;

  /// Who holds it, in words for people, as far as its file says: for [Kind#PID], [Kind#DOT] and
  /// [Kind#LEASE]. Of the others the kernel alone knows (`parley who`).
  Optional<String> holder() throws IOException;

  Kind kind();

  /// What is locked: for [Kind#GIT] the file that is to be replaced.
  String path();

  /// What is held stays held.
  @Override
  void close();
}
