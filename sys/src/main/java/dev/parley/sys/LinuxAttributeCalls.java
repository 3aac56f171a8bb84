package dev.parley.sys;

import static dev.parley.sys.Syscall.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [AttributeCalls] over Linux.
interface LinuxAttributeCalls extends AttributeCalls {
  @Override
  default List<String> listAttributes(Fd fd) throws ErrnoException {
    byte[] bytes = Calls.readData(FLISTXATTR, fd);
    List<String> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != 0) continue;
      names.add(Names.decode(bytes, start, i));
      start = i + 1;
    }
    return names;
  }

  @Override
  default byte @Nullable [] attribute(Fd fd, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long at = scratch.name(name);
      long result =
          at < 0
              ? at
              : scratch.call(FGETXATTR, fd.number(), at, scratch.dataAddress(), Scratch.DATA_BYTES);
      if (result == -Errno.ENODATA.number()) return null;
      if (result < 0) throw Calls.failure(FGETXATTR, fd.path(), result);
      return scratch.get((int) result);
    }
  }

  @Override
  default byte @Nullable [] attributeOfPath(Fd fd, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name("/proc/self/fd/" + fd.number());
      long at = scratch.secondName(name);
      long result =
          at < 0 ? at : scratch.call(GETXATTR, path, at, scratch.dataAddress(), Scratch.DATA_BYTES);
      if (result == -Errno.ENODATA.number()) return null;
      if (result < 0) throw Calls.failure(GETXATTR, fd.path(), result);
      return scratch.get((int) result);
    }
  }

  @Override
  default void setAttribute(Fd fd, String name, byte[] value) throws ErrnoException {
    long result = set(fd, name, value, 0);
    if (result < 0) throw Calls.failure(FSETXATTR, fd.path(), result);
  }

  @Override
  default boolean createAttribute(Fd fd, String name, byte[] value) throws ErrnoException {
    long result = set(fd, name, value, Constants.XATTR_CREATE);
    if (result == -Errno.EEXIST.number()) return false;
    if (result < 0) throw Calls.failure(FSETXATTR, fd.path(), result);
    return true;
  }

  @Override
  default boolean replaceAttribute(Fd fd, String name, byte[] value) throws ErrnoException {
    long result = set(fd, name, value, Constants.XATTR_REPLACE);
    if (result == -Errno.ENODATA.number()) return false;
    if (result < 0) throw Calls.failure(FSETXATTR, fd.path(), result);
    return true;
  }

  private static long set(Fd fd, String name, byte[] value, int flags) {
    try (Scratch scratch = Scratch.borrow()) {
      long at = scratch.name(name);
      if (at < 0) return at;
      if (value.length > Scratch.DATA_BYTES) return -Errno.E2BIG.number();
      int count = scratch.put(value, 0, value.length);
      return scratch.call(FSETXATTR, fd.number(), at, scratch.dataAddress(), count, flags, 0);
    }
  }

  @Override
  default boolean removeAttribute(Fd fd, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long at = scratch.name(name);
      long result = at < 0 ? at : scratch.call(FREMOVEXATTR, fd.number(), at, 0);
      if (result == -Errno.ENODATA.number()) return false;
      if (result < 0) throw Calls.failure(FREMOVEXATTR, fd.path(), result);
      return true;
    }
  }
}
