package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import org.jspecify.annotations.Nullable;

/// Makes the right [LockFile].
final class LockFiles {
  private LockFiles() {}

  /// @param way what closing the lock file closes
  static LockFile at(Dir dir, String name, LockOptions options, @Nullable Place way) {
    return switch (options.kind()) {
      case FLOCK, OFD -> new KernelLockFile(dir, name, options, way);
      case POSIX -> new PosixLockFile(dir, name, options, way);
      case PID, DOT -> new ProvenLockFile(dir, name, options, way);
      case GIT -> new GitLockFile(dir, name, options, way);
      case LEASE -> new LeaseFile(dir, name, options, way);
    };
  }
}
