package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a file takes over from the one whose place it takes: owner, group, permission bits, POSIX
/// ACL, `user.*` attributes. Not: set-user-id, set-group-id and sticky, security labels, file
/// capabilities.
///
/// @param mode permission bits, 0 to 0777; with an ACL its middle digit is the ACL's mask
/// @param attributes the ACL and the `user.*` attributes, by their names
public record Traits(int uid, int gid, int mode, Map<String, byte[]> attributes) {
  private static final String ACL = "system.posix_acl_access";
  private static final String USER = "user.";
  private static final int GROUP_BITS = 070;

  public Traits {
    attributes = Map.copyOf(attributes);
  }

  /// Those of an open file.
  public static Traits of(Kernel kernel, Fd file) throws IOException {
    FileStatus status = kernel.status(file);
    Map<String, byte[]> attributes = new LinkedHashMap<>();
    for (String name : names(kernel, file)) {
      if (!name.equals(ACL) && !name.startsWith(USER)) continue;
      byte[] value = kernel.attribute(file, name);
      if (value != null) attributes.put(name, value);
    }
    return new Traits(status.uid(), status.gid(), status.permissions() & 0777, attributes);
  }

  public Traits withMode(int newMode) {
    return new Traits(uid, gid, newMode, attributes);
  }

  /// Gives them to a file that nobody else has open yet, and that only its owner may use. Its ACL,
  /// if the directory gave it one and the other file has none, goes before its mode is widened.
  ///
  /// @param newOwner whether the file may stay this process's where it cannot be given to the owner
  ///   of the other; if not even the group can be kept, the group gets no access then
  /// @throws UnsafePathException if owner or group cannot be kept, and must be
  public void giveTo(Kernel kernel, Fd file, boolean newOwner) throws IOException {
    boolean groupKept = giveOwner(kernel, file, newOwner);
    byte[] acl = attributes.get(ACL);
    if (acl == null) removeAcl(kernel, file);
    for (Map.Entry<String, byte[]> each : attributes.entrySet()) {
      kernel.setAttribute(file, each.getKey(), each.getValue());
    }
    kernel.changeMode(file, groupKept ? mode : mode & ~GROUP_BITS);
  }

  /// @return whether the group is the same
  private boolean giveOwner(Kernel kernel, Fd file, boolean newOwner) throws IOException {
    FileStatus now = kernel.status(file);
    if (now.uid() == uid && now.gid() == gid) return true;
    if (tryChange(kernel, file, now.uid() == uid ? -1 : uid, gid)) return true;
    if (!newOwner) {
      throw new UnsafePathException(
          "what replaces it would belong to user %d and group %d, and not to user %d and group %d: do it as the owner, or say that the owner may change"
              .formatted(now.uid(), now.gid(), uid, gid));
    }
    return now.gid() == gid || tryChange(kernel, file, -1, gid);
  }

  private static boolean tryChange(Kernel kernel, Fd file, int uid, int gid) throws IOException {
    try {
      kernel.changeOwner(file, uid, gid);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EPERM)) return false;
      throw e;
    }
  }

  private static void removeAcl(Kernel kernel, Fd file) throws IOException {
    try {
      kernel.removeAttribute(file, ACL);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) throw e;
    }
  }

  private static List<String> names(Kernel kernel, Fd file) throws IOException {
    try {
      return kernel.listAttributes(file);
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP)) return List.of();
      throw e;
    }
  }
}
