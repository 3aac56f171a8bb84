package dev.parley.inspect;

import dev.parley.catalog.Primitive;
import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.MountTable;
import dev.parley.primitive.presence.Presence;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What is at the end of a route. Source: book 0.1, 0.3; inode(7).
///
/// Guarantees: nothing is opened for reading or writing, no automount is triggered, nobody is
/// woken. Non-promises: it is true for the moment it was asked; who may do what besides depends on
/// capabilities, security modules and the mounts of others, which only [Rights.Right] of the caller
/// takes into account.
///
/// @param kind regular file, directory, FIFO, socket, device, shared memory, memfd, pipe ...
/// @param deleted whether it has no name any more, and lives only while it is open
/// @param mount where its filesystem is mounted; empty if that is not seen from here
/// @param mountPoint whether something is mounted at this very name
/// @param rights what may be done with it, and by whom
/// @param renamers who may take its name away: rename, replace, remove it; empty if it has none
/// @param meets the primitives that processes can meet with here
/// @param presence who is there now
public record Inspection(
    String path,
    String kind,
    FileStatus status,
    boolean deleted,
    Filesystem filesystem,
    Optional<MountTable.Mount> mount,
    boolean mountPoint,
    Rights rights,
    Optional<String> renamers,
    List<Primitive> meets,
    Presence presence) {

  /// Of what the route ends at; empty if it leads nowhere.
  public static Optional<Inspection> of(Kernel kernel, Route route) throws IOException {
    Fd end = route.end();
    FileStatus status = route.status();
    if (end == null || status == null) return Optional.empty();
    Filesystem filesystem = Filesystem.of(kernel, end);
    Optional<MountTable.Mount> mount = MountTable.of(kernel).withId(status.mountId());
    String kind = kind(status, filesystem, mount, route);
    Route.Step last = route.steps().isEmpty() ? null : route.steps().getLast();
    boolean deleted = status.links() == 0 && !isNameless(kind);
    boolean mountPoint = last != null && last.target() == null && last.isMountPoint();
    Presence presence = Presence.at(kernel, end);
    return Optional.of(
        new Inspection(
            end.path(),
            kind,
            status,
            deleted,
            filesystem,
            mount,
            mountPoint,
            Rights.of(kernel, end, status),
            last == null || deleted || isNameless(kind)
                ? Optional.empty()
                : Optional.of(Rights.renamers(last.directoryStatus(), status)),
            Meeting.at(kind, status, filesystem, presence),
            presence));
  }

  private static boolean isNameless(String kind) {
    return kind.equals("memfd") || kind.equals("pipe") || kind.startsWith("anonymous");
  }

  private static String kind(
      FileStatus status, Filesystem filesystem, Optional<MountTable.Mount> mount, Route route) {
    if (status.isFifo() && filesystem.name().equals("pipefs")) return "pipe";
    if (filesystem.name().equals("anonymous inodes")) return "anonymous descriptor";
    if (!status.isRegular()) return status.kind();
    boolean named = mount.isPresent();
    if (filesystem.inMemory() && filesystem.name().equals("tmpfs")) {
      String said = route.steps().isEmpty() ? "" : route.steps().getLast().target();
      if (!named && said != null && said.startsWith("/memfd:")) return "memfd";
      if (named && mount.get().path().equals("/dev/shm")) return "shared memory";
    }
    return status.kind();
  }

  /// The same when there may be trouble that is no trouble: what has no filesystem to ask.
  static byte[] attribute(Kernel kernel, Fd fd, String name) throws ErrnoException {
    try {
      byte[] value = kernel.attributeOfPath(fd, name);
      return value == null ? new byte[0] : value;
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.EPERM) || e.is(Errno.EACCES)) return new byte[0];
      if (e.is(Errno.ENOENT) || e.is(Errno.EBADF) || e.is(Errno.EINVAL)) return new byte[0];
      throw e;
    }
  }
}
