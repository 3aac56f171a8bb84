package dev.parley.primitive.socket;

import dev.parley.sys.Sockets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where a Unix socket is: at a path, under an abstract name, or nowhere. Source: unix(7).
public sealed interface UnixAddress {
  /// A socket without a name: nobody can find it.
  UnixAddress NONE = new Unnamed();

  static UnixAddress at(Path path) {
    return new Pathname(path);
  }

  /// A name in the abstract namespace of this network namespace: no file, no permissions.
  static UnixAddress abstractName(String name) {
    return new Abstract(name);
  }

  /// What people write: `@name` is abstract, all else a path (`./@x` for a file of that name).
  static UnixAddress parse(String text) {
    return text.startsWith("@") ? abstractName(text.substring(1)) : at(Path.of(text));
  }

  /// A file. A relative path means this process's directory, not that of whoever bound it.
  record Pathname(Path path) implements UnixAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// @param name bytes that are no UTF-8 as [dev.parley.sys.Kernel] has them; up to 107 bytes
  record Abstract(String name) implements UnixAddress {
    public Abstract {
      Sockets.abstractAddress(name);
    }

    @Override
    public String toString() {
      return "@" + name;
    }
  }

  /// None.
  record Unnamed() implements UnixAddress {
    @Override
    public String toString() {
      return "(no name)";
    }
  }

  /// Of the kernel's address. A path that means something else in every process says nothing.
  static UnixAddress of(byte[] address) {
    String name = Sockets.abstractNameOf(address);
    if (name != null) return new Abstract(name);
    String path = Sockets.pathOf(address);
    if (path == null || path.startsWith("/proc/self/")) return NONE;
    try {
      return new Pathname(Path.of(path));
    } catch (InvalidPathException e) {
      return NONE;
    }
  }
}
