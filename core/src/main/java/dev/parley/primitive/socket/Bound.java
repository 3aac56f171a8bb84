package dev.parley.primitive.socket;

import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A socket with a name of its own, or without one.
///
/// @param file where the name is one on disk
record Bound(Endpoint endpoint, UnixAddress address, @Nullable SocketFile file)
    implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bound.class.getName());

  /// @param type of [Sockets]
  /// @throws SocketException IN_USE
  static Bound open(int type, UnixAddress address, SocketOptions options) throws IOException {
    Place place =
        address instanceof UnixAddress.Pathname path
            ? Place.of(options.kernel(), path.path())
            : null;
    return open(type, address, place, false, options);
  }

  /// Takes `place` over.
  static Bound open(int type, Place place, SocketOptions options) throws IOException {
    return open(type, UnixAddress.at(Path.of(place.path())), place, false, options);
  }

  /// The same under a name that nobody else has or will have.
  static Bound openUnique(int type, Place place, SocketOptions options) throws IOException {
    return open(type, UnixAddress.at(Path.of(place.path())), place, true, options);
  }

  private static Bound open(
      int type, UnixAddress address, @Nullable Place place, boolean unique, SocketOptions options)
      throws IOException {
    Kernel kernel = options.kernel();
    Fd socket = null;
    boolean good = false;
    try {
      socket = kernel.socket(type);
      if (type == Sockets.DATAGRAM && !(address instanceof UnixAddress.Unnamed)) {
        // Before the first message can come. A socket without a name would be given one by this.
        kernel.setSocketOption(socket, Sockets.PASS_CREDENTIALS, 1);
      }
      SocketFile file = null;
      if (place != null) {
        file =
            unique
                ? SocketFile.bindUnique(socket, place, options.group())
                : SocketFile.bind(socket, place, options.group());
      }
      if (address instanceof UnixAddress.Abstract name) {
        kernel.bind(socket, Sockets.abstractAddress(name.name()));
      }
      good = true;
      return new Bound(new Endpoint(kernel, socket, address, options.spin()), address, file);
    } catch (ErrnoException e) {
      throw e.is(Errno.EADDRINUSE) ? SocketException.inUse(address, e) : e;
    } finally {
      if (!good) {
        if (socket != null) socket.close();
        if (place != null) place.close();
      }
    }
  }

  /// Removes the file, if it is still this one's, and ends waits in other threads.
  @Override
  public void close() {
    if (!endpoint.isOpen()) return;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "a socket's file stays; the next one replaces it", e);
      }
    }
    endpoint.close();
  }
}
