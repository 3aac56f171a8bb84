package dev.parley.primitive.socket;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The file that a socket is bound to, from bind to close.
///
/// ```text
///   NAME       the socket, mode 0600 (0660 for a group), never wider
///   NAME.lock  empty, mode 0600; stays. Locked as long as the socket lives
/// ```
///
/// Guarantees: of those who bind through here one has the name at a time; a file that a socket is
/// bound to is never removed, whosever it is; what is left by the dead is replaced.
final class SocketFile implements AutoCloseable {
  private static final int MODE = 0600;
  private static final int GROUP_MODE = 0660;

  /// How often another program may take the name between our look and our bind.
  private static final int TRIES = 3;

  private final Place place;
  private final @Nullable KernelLock lock;
  private final FileStatus status;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SocketFile(Place place, @Nullable KernelLock lock, FileStatus status) {
    this.place = place;
    this.lock = lock;
    this.status = status;
  }

  /// Binds `socket` there. Takes `place` over, and closes `socket` if it fails.
  ///
  /// @throws SocketException IN_USE
  /// @throws UnsafePathException if something else has the name
  static SocketFile bind(Fd socket, Place place, OptionalInt group) throws IOException {
    return bind(socket, place, group, true);
  }

  /// The same under a name that nobody else has or will have, so without a lock.
  static SocketFile bindUnique(Fd socket, Place place, OptionalInt group) throws IOException {
    return bind(socket, place, group, false);
  }

  private static SocketFile bind(Fd socket, Place place, OptionalInt group, boolean locks)
      throws IOException {
    KernelLock lock = null;
    boolean good = false;
    try {
      if (locks) {
        if (place.name().endsWith(".lock")) {
          throw new IllegalArgumentException(place + ": names that end in .lock are for locks");
        }
        lock = lock(place);
      }
      FileStatus status = new Binding(socket, place, group).bind();
      good = true;
      return new SocketFile(place, lock, status);
    } finally {
      if (!good) {
        socket.close();
        if (lock != null) lock.close();
        place.close();
      }
    }
  }

  /// The lock, on the file that has the name now: one that was removed excludes nobody.
  private static KernelLock lock(Place place) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      KernelLock lock = KernelLock.tryAcquire(place.dir(), place.name() + ".lock");
      if (lock == null) break;
      boolean held = false;
      try {
        held = lock.isHeld();
        if (held) return lock;
      } finally {
        if (!held) lock.close();
      }
    }
    throw SocketException.inUse(place, null);
  }

  /// Removes the file if it is still ours. Before the socket is closed, for then it would be
  /// anybody's to replace.
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) return;
    try {
      SocketProbe.removeIfSame(place.dir(), place.name(), status);
    } finally {
      if (lock != null) lock.close();
      place.close();
    }
  }

  /// The steps of one bind.
  private record Binding(Fd socket, Place place, OptionalInt group) {
    FileStatus bind() throws IOException {
      kernel().changeMode(socket, MODE); // what bind makes has it, less the umask
      for (int i = 0; ; i++) {
        clearTheWay();
        boolean bound = false;
        try {
          bound = tryBind();
          if (bound) {
            FileStatus status = finish(place.name());
            bound = false;
            return status;
          }
        } finally {
          if (bound) abandon(place.name());
        }
        if (i == TRIES) throw SocketException.inUse(place, null);
      }
    }

    private Kernel kernel() {
      return dir().kernel();
    }

    private Dir dir() {
      return place.dir();
    }

    private void clearTheWay() throws IOException {
      FileStatus there = dir().statusOf(place.name());
      if (there == null) return;
      dir().access().checkOwner(there, place::path);
      if (!there.isSocket()) {
        throw new UnsafePathException(
            place
                + " is a "
                + there.kind()
                + " where a socket should be; look who put it there, and remove it");
      }
      if (!SocketProbe.removeIfDead(dir(), place.name())) {
        if (dir().has(place.name())) throw SocketException.inUse(place, null);
      }
    }

    /// @return false if another program was faster
    private boolean tryBind() throws IOException {
      byte[] address = Sockets.pathAddress(place.path());
      return address != null ? tryBind(address) : tryBindThroughDirectory();
    }

    private boolean tryBind(byte[] address) throws IOException {
      try {
        kernel().bind(socket, address);
        return true;
      } catch (ErrnoException e) {
        if (e.is(Errno.EADDRINUSE)) return false;
        throw e;
      }
    }

    /// For a path that is too long for the kernel: through the directory's descriptor, under a name
    /// that is short for certain.
    private boolean tryBindThroughDirectory() throws IOException {
      String temporary = ".socket-" + RandomName.hex(12);
      String path = "/proc/self/fd/" + dir().fd().number() + "/" + temporary;
      kernel().bind(socket, Objects.requireNonNull(Sockets.pathAddress(path)));
      Move move = null;
      try {
        move = dir().move(temporary, dir(), place.name());
      } finally {
        if (move != Move.MOVED) abandon(temporary);
      }
      if (move == Move.TAKEN) throw SocketException.inUse(place, null);
      return true;
    }

    /// The mode and the group, whatever the umask; and a look whether the path led here.
    private FileStatus finish(String name) throws IOException {
      try (Fd file = kernel().openAt(dir().fd(), name, Open.PATH | Open.NO_FOLLOW, 0)) {
        FileStatus made = kernel().status(file);
        if (!made.isSocket() || made.uid() != kernel().effectiveUserId()) {
          throw new UnsafePathException(
              place + " is not what was just bound there; somebody moves things about in " + dir());
        }
        if (group.isPresent()) kernel().changeOwnerOf(file, -1, group.getAsInt());
        int mode = group.isPresent() ? GROUP_MODE : MODE;
        if (made.permissions() != mode) kernel().changeModeOf(file, mode);
        return made;
      }
    }

    /// After a failure: the socket is closed, so its file is dead.
    private void abandon(String name) {
      socket.close();
      try {
        SocketProbe.removeIfDead(dir(), name);
      } catch (IOException e) {
        // It stays, dead; whoever binds there next replaces it.
      }
    }
  }
}
