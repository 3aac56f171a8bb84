package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.FileStatus;
import java.util.function.Supplier;

/// Who may be in a space: one user, or a group. Says the modes things are made with, and refuses
/// what somebody outside could have made or could tamper with.
///
/// Paths are for messages only, and asked for only then.
///
/// @param user the owner of a private space; of a group space, whoever made it
/// @param group the group, or [#NONE]
public record Access(int user, int group) {
  public static final int NONE = -1;

  public static Access privateTo(int user) {
    return new Access(user, NONE);
  }

  public boolean isPrivate() {
    return group == NONE;
  }

  public int directoryMode() {
    return isPrivate() ? 0700 : 02770;
  }

  public int fileMode() {
    return isPrivate() ? 0600 : 0660;
  }

  /// A member's file: others may look whether it is locked, and only its owner may lock it.
  public int memberFileMode() {
    return isPrivate() ? 0600 : 0640;
  }

  /// Checks the directory that everything else is in: nobody else may even enter it.
  ///
  /// @throws UnsafePathException unless it is a directory that only those who belong here can use
  public void checkRoot(FileStatus status, String path) throws UnsafePathException {
    checkDirectory(status, () -> path);
    int outsiders = isPrivate() ? 077 : 07;
    if ((status.permissions() & outsiders) != 0) {
      throw new UnsafePathException(
          path
              + " is open to "
              + (isPrivate() ? "others" : "everybody")
              + " (mode "
              + Integer.toOctalString(status.permissions())
              + "); after a look at what is in it: chmod "
              + (isPrivate() ? "go-rwx " : "o-rwx ")
              + path);
    }
  }

  /// @throws UnsafePathException unless it is a directory that only those who belong here could
  ///   have made or can write to
  public void checkDirectory(FileStatus status, Supplier<String> path) throws UnsafePathException {
    if (!status.isDirectory()) throw wrongKind(status, path.get(), "a directory");
    checkOwner(status, path);
  }

  /// @throws UnsafePathException unless it is a regular file that only those who belong here could
  ///   have made or can write to
  public void checkFile(FileStatus status, Supplier<String> path) throws UnsafePathException {
    if (!status.isRegular()) throw wrongKind(status, path.get(), "a regular file");
    checkOwner(status, path);
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

  private void checkOwner(FileStatus status, Supplier<String> path) throws UnsafePathException {
    if (isPrivate() && status.uid() != user) {
      throw new UnsafePathException(
          path.get()
              + " belongs to user "
              + status.uid()
              + " and not to user "
              + user
              + ", whose private space this is; look who put it there, and remove it");
    }
    if (!isPrivate() && status.gid() != group) {
      throw new UnsafePathException(
          path.get()
              + " belongs to group "
              + status.gid()
              + " and not to group "
              + group
              + ", which shares this space; chgrp it, or remove it");
    }
    int outsiders = isPrivate() ? 022 : 02;
    if ((status.permissions() & outsiders) != 0) {
      throw new UnsafePathException(
          path.get()
              + " can be written to by others (mode "
              + Integer.toOctalString(status.permissions())
              + "); after a look at what is in it: chmod "
              + (isPrivate() ? "go-w " : "o-w ")
              + path.get());
    }
  }
}
