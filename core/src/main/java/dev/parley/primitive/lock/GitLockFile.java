package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// [Kind#GIT]: NAME.lock, made with O_EXCL. Whoever left one that is there, it counts as held.
final class GitLockFile extends ExistenceLockFile {
  private static final String SUFFIX = ".lock";

  final String lockName;
  private final Kernel kernel;

  GitLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
    this.kernel = dir.kernel();
    this.lockName = name + SUFFIX;
  }

  @Override
  boolean concerns(String changed) {
    return changed.equals(lockName);
  }

  @Override
  @Nullable GitLock take() throws IOException {
    FileStatus target = dir.statusOf(name);
    if (target != null) dir.access().checkFile(target, () -> dir.pathOf(name));
    int mode = options.mode() != 0 ? options.mode() : modeOf(target);
    Fd file;
    try {
      file = dir.create(lockName, mode);
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) return null;
      throw e;
    }
    boolean good = false;
    try {
      kernel.changeMode(file, mode);
      if (target != null) keepOwner(file, target);
      GitLock lock = new GitLock(this, file, Inode.Id.of(kernel.status(file)));
      good = true;
      return lock;
    } finally {
      if (!good) {
        try (file) {
          dir.tryUnlink(lockName);
        }
      }
    }
  }

  private int modeOf(@Nullable FileStatus target) {
    return target == null ? dir.access().fileMode() : target.permissions() & 0777;
  }

  /// Root, who edits another user's file, leaves it that user's.
  private void keepOwner(Fd file, FileStatus target) throws IOException {
    if (target.uid() == kernel.effectiveUserId() || kernel.effectiveUserId() != 0) return;
    kernel.changeOwner(file, target.uid(), target.gid());
  }
}
