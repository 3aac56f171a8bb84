package dev.parley.primitive.socket;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tells a socket file that is in use from one that a dead process left, and removes it.
///
/// The probe is a datagram socket that connects to the file. If any socket is bound there, of
/// whatever kind, listening or not, the kernel answers EPROTOTYPE (or connects, or EPERM) and the
/// other notices nothing; ECONNREFUSED means that none is. Source: unix_find_bsd in the kernel's
/// net/unix/af_unix.c.
///
/// A file is made by bind(2), which holds the directory's lock until the new socket can be found;
/// and no socket is ever bound to a file that exists. So the probe asks, waits for the directory's
/// lock once, and asks the same file again: dead then is dead for ever, and what was about to be
/// born is alive by then. Nothing is moved before that.
final class SocketProbe {
  private SocketProbe() {}

  /// What `name` is, if it is a socket file that no socket is bound to and ever will be; else null.
  /// What cannot be asked (EACCES) throws.
  private static @Nullable FileStatus deadAt(Dir dir, String name) throws IOException {
    Kernel kernel = dir.kernel();
    try (Fd file = kernel.openAt(dir.fd(), name, Open.PATH | Open.NO_FOLLOW, 0)) {
      FileStatus status = kernel.status(file);
      if (!status.isSocket() || isBound(kernel, file)) return null;
      dir.tryUnlink(".socket-" + RandomName.hex(12)); // there is none: only waits for a bind
      return isBound(kernel, file) ? null : status;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      throw e;
    }
  }

  private static boolean isBound(Kernel kernel, Fd file) throws IOException {
    try (Fd probe = kernel.socket(Sockets.DATAGRAM)) {
      kernel.tryConnect(probe, addressOf(file));
      return true;
    } catch (ErrnoException e) {
      return switch (e.errno()) {
        case ECONNREFUSED -> false;
        case EPROTOTYPE, EPERM -> true;
        default -> throw e;
      };
    }
  }

  /// The address of an open file, whatever its path.
  static byte[] addressOf(Fd file) {
    return Objects.requireNonNull(Sockets.pathAddress("/proc/self/fd/" + file.number()));
  }

  /// Removes a dead socket file; never one that is in use, whatever others do meanwhile.
  ///
  /// @return false if it is in use, or no socket
  static boolean removeIfDead(Dir dir, String name) throws IOException {
    FileStatus dead = deadAt(dir, name);
    return dead != null && removeIfSame(dir, name, dead);
  }

  /// Removes the name if it is this file's: a dead one, or one that the caller's socket is bound
  /// to, so that the inode's number cannot be another's. It is moved aside to be looked at where
  /// nobody replaces it, and moved back if another program has taken the name in that instant.
  ///
  /// @return false if it is another's
  static boolean removeIfSame(Dir dir, String name, FileStatus ours) throws IOException {
    if (!isSame(dir, name, ours)) return false;
    String aside = ".socket-" + RandomName.hex(12);
    if (dir.move(name, dir, aside) == Move.MISSING) return true;
    boolean removed = false;
    try {
      if (isSame(dir, aside, ours)) {
        dir.tryUnlink(aside);
        removed = true;
      }
    } finally {
      if (!removed) dir.move(aside, dir, name);
    }
    return removed;
  }

  private static boolean isSame(Dir dir, String name, FileStatus ours) throws IOException {
    FileStatus there = dir.statusOf(name);
    return there != null && there.inode() == ours.inode() && there.device() == ours.device();
  }
}
