package dev.parley.testkit.files;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// POSIX ACLs as the kernel takes them: a version, then tag, permissions and id of each entry.
/// Source: linux/posix_acl_xattr.h.
final class Acl {
  static final String ACCESS = "system.posix_acl_access";
  static final String DEFAULT = "system.posix_acl_default";

  private static final int VERSION = 2;
  private static final int USER_OBJECT = 1;
  private static final int USER = 2;
  private static final int GROUP_OBJECT = 4;
  private static final int MASK = 16;
  private static final int OTHER = 32;
  private static final int READ_WRITE = 6;
  private static final int NOBODY = 65534;

  private Acl() {}

  /// Its owner and user 65534 may read and write; nobody else may anything.
  static byte[] forNobody() {
    ByteBuffer acl = ByteBuffer.wrap(new byte[4 + 5 * 8]).order(ByteOrder.LITTLE_ENDIAN);
    acl.putInt(VERSION);
    entry(acl, USER_OBJECT, READ_WRITE, -1);
    entry(acl, USER, READ_WRITE, NOBODY);
    entry(acl, GROUP_OBJECT, 0, -1);
    entry(acl, MASK, READ_WRITE, -1);
    entry(acl, OTHER, 0, -1);
    return acl.array();
  }

  private static void entry(ByteBuffer acl, int tag, int permissions, int id) {
    acl.putShort((short) tag).putShort((short) permissions).putInt(id);
  }

  static byte[] of(Path path, String attribute) throws IOException {
    Kernel kernel = Kernel.linux();
    try (Fd fd = kernel.openAt(Fd.CWD, path.toString(), Open.READ_ONLY, 0)) {
      byte[] value = kernel.attribute(fd, attribute);
      return value == null ? new byte[0] : value;
    }
  }

  static void set(Path path, String attribute, byte[] value) throws IOException {
    Kernel kernel = Kernel.linux();
    try (Fd fd = kernel.openAt(Fd.CWD, path.toString(), Open.READ_ONLY, 0)) {
      kernel.setAttribute(fd, attribute, value);
    }
  }
}
