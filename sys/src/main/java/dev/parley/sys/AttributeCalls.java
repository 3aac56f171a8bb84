package dev.parley.sys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Extended attributes: small named values that belong to a file. Part of [Kernel]. Source:
/// xattr(7).
///
/// Names begin with `user.` (anybody's, on regular files and directories), `system.` (such as
/// `system.posix_acl_access`), `security.` or `trusted.`. A value has at most 64 KiB, and much less
/// on most filesystems. EOPNOTSUPP: the filesystem has none, or none of that kind.
public interface AttributeCalls {
  /// flistxattr(2): the names of all that this process may see.
  List<String> listAttributes(Fd fd) throws ErrnoException;

  /// fgetxattr(2): the value, or null if there is no such attribute (ENODATA).
  byte @Nullable [] attribute(Fd fd, String name) throws ErrnoException;

  /// getxattr(2) through /proc/self/fd: the same for a file that is open with [Open#PATH] only.
  byte @Nullable [] attributeOfPath(Fd fd, String name) throws ErrnoException;

  /// fsetxattr(2): makes or replaces it, in one step. ENOSPC, E2BIG, ERANGE: too large; EPERM,
  /// EACCES.
  void setAttribute(Fd fd, String name, byte[] value) throws ErrnoException;

  /// The same with XATTR_CREATE: makes it, and replaces nothing.
  ///
  /// @return false if there is one (EEXIST)
  boolean createAttribute(Fd fd, String name, byte[] value) throws ErrnoException;

  /// The same with XATTR_REPLACE: replaces it, and makes nothing.
  ///
  /// @return false if there is none (ENODATA)
  boolean replaceAttribute(Fd fd, String name, byte[] value) throws ErrnoException;

  /// fremovexattr(2).
  ///
  /// @return false if there is no such attribute (ENODATA)
  boolean removeAttribute(Fd fd, String name) throws ErrnoException;
}
