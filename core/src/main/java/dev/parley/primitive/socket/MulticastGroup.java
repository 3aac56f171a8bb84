package dev.parley.primitive.socket;

import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;

/// The directory that a multicast group is: a subscriber is a datagram socket file in it.
final class MulticastGroup {
  private MulticastGroup() {}

  /// This user's own, made if it is not there; or one that a group shares, which is there.
  ///
  /// @throws dev.parley.UnsafePathException if others may write to it
  static Dir open(Path directory, SocketOptions options) throws IOException {
    Kernel kernel = options.kernel();
    if (options.group().isEmpty()) {
      Access access = Access.privateTo(kernel.effectiveUserId());
      return Dir.verified(kernel, TrustedPath.openOrMake(kernel, directory), access);
    }
    int group = options.group().getAsInt();
    Fd shared = TrustedPath.tryOpen(kernel, directory);
    if (shared == null) throw new ErrnoException("openat", directory.toString(), Errno.ENOENT);
    return Dir.verified(kernel, shared, Access.sharedWith(group));
  }
}
