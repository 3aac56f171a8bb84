package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.FileStatus;
import java.util.function.Supplier;

/// Who may be in a directory. Says the modes things in it are made with, and refuses what somebody
/// outside could have made or could tamper with.
///
/// Paths are for messages only, and asked for only then.
public sealed interface Access {
  /// A space of one user.
  static Access privateTo(int user) {
    return new Private(user);
  }

  /// A space that a group shares.
  static Access sharedWith(int group) {
    return new Shared(group);
  }

  /// A directory outside any space, such as /var/lock, seen by `user`.
  ///
  /// @param directory what it is now: in a sticky directory that others may write to, only what
  ///   belongs to `user`, to root or to the directory's own owner is trusted; elsewhere whoever may
  ///   write there was trusted already. Source: proc(5), protected_regular.
  static Access outside(int user, FileStatus directory) {
    boolean open = (directory.permissions() & 022) != 0 && (directory.permissions() & 01000) != 0;
    return new Outside(user, directory.uid(), open);
  }

  default int directoryMode() {
    return 0700;
  }

  default int fileMode() {
    return 0600;
  }

  /// A member's file: others may look whether it is locked, and only its owner may lock it.
  default int memberFileMode() {
    return 0600;
  }

  /// Who may not enter a space at all, as permission bits.
  default int strangers() {
    return 077;
  }

  /// Whether what is made needs more than its maker's own rights.
  default boolean isShared() {
    return false;
  }

  /// @throws UnsafePathException unless it is a directory that only those who belong here could
  ///   have made or can write to
  default void checkDirectory(FileStatus status, Supplier<String> path) throws UnsafePathException {
    if (!status.isDirectory()) throw wrongKind(status, path.get(), "a directory");
    checkOwner(status, path);
  }

  /// @throws UnsafePathException unless it is a regular file that only those who belong here could
  ///   have made or can write to
  default void checkFile(FileStatus status, Supplier<String> path) throws UnsafePathException {
    if (!status.isRegular()) throw wrongKind(status, path.get(), "a regular file");
    checkOwner(status, path);
  }

  /// The same without asking for a kind.
  ///
  /// @throws UnsafePathException if somebody else could have made it or can write to it
  void checkOwner(FileStatus status, Supplier<String> path) throws UnsafePathException;

  /// Checks the directory that everything else in a space is in: nobody else may even enter it.
  ///
  /// @throws UnsafePathException unless it is a directory that only those who belong here can use
  default void checkRoot(FileStatus status, String path) throws UnsafePathException {
    checkDirectory(status, () -> path);
    if ((status.permissions() & strangers()) != 0) {
      throw new UnsafePathException(
          path
              + " is open to "
              + (isShared() ? "everybody" : "others")
              + " (mode "
              + Integer.toOctalString(status.permissions())
              + "); after a look at what is in it: chmod "
              + (isShared() ? "o-rwx " : "go-rwx ")
              + path);
    }
  }

  private static UnsafePathException wrongKind(FileStatus status, String path, String expected) {
    return new UnsafePathException(
        path
            + " is a "
            + status.kind()
            + " where "
            + expected
            + " should be; look who put it there, and remove it");
  }

  private static void refuseWriters(
      FileStatus status, int writers, String chmod, Supplier<String> path)
      throws UnsafePathException {
    if ((status.permissions() & writers) == 0) return;
    throw new UnsafePathException(
        path.get()
            + " can be written to by others (mode "
            + Integer.toOctalString(status.permissions())
            + "); after a look at what is in it: chmod "
            + chmod
            + " "
            + path.get());
  }

  /// @param user its owner
  record Private(int user) implements Access {
    @Override
    public void checkOwner(FileStatus status, Supplier<String> path) throws UnsafePathException {
      if (status.uid() != user) {
        throw new UnsafePathException(
            path.get()
                + " belongs to user "
                + status.uid()
                + " and not to user "
                + user
                + ", whose private space this is; look who put it there, and remove it");
      }
      refuseWriters(status, 022, "go-w", path);
    }
  }

  record Shared(int group) implements Access {
    @Override
    public int directoryMode() {
      return 02770;
    }

    @Override
    public int fileMode() {
      return 0660;
    }

    @Override
    public int memberFileMode() {
      return 0640;
    }

    @Override
    public int strangers() {
      return 07;
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public void checkOwner(FileStatus status, Supplier<String> path) throws UnsafePathException {
      if (status.gid() != group) {
        throw new UnsafePathException(
            path.get()
                + " belongs to group "
                + status.gid()
                + " and not to group "
                + group
                + ", which shares this space; chgrp it, or remove it");
      }
      refuseWriters(status, 02, "o-w", path);
    }
  }

  /// @param user who looks
  /// @param directoryOwner whose directory it is
  /// @param open whether anybody may put something there
  record Outside(int user, int directoryOwner, boolean open) implements Access {
    /// Not into a directory below: who may write there has to be looked at first.
    @Override
    public void checkDirectory(FileStatus status, Supplier<String> path)
        throws UnsafePathException {
      if (!status.isDirectory()) throw wrongKind(status, path.get(), "a directory");
      if ((status.permissions() & 01000) == 0) refuseWriters(status, 02, "o-w", path);
    }

    @Override
    public void checkOwner(FileStatus status, Supplier<String> path) throws UnsafePathException {
      int owner = status.uid();
      if (!open || owner == user || owner == 0 || owner == directoryOwner) return;
      throw new UnsafePathException(
          path.get()
              + " belongs to user "
              + owner
              + ", who could have put it there for you to find, as anybody could; use a directory"
              + " that only you or your group may write to, or remove the file");
    }
  }
}
