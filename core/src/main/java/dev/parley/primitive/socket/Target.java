package dev.parley.primitive.socket;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Place;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Sockets;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What to connect or send to: for a path, the file that was looked at, held open, so that nobody
/// can put another one in its place.
final class Target implements AutoCloseable {
  private final @Nullable Fd file;
  private final byte[] address;

  private Target(@Nullable Fd file, byte[] address) {
    this.file = file;
    this.address = address;
  }

  /// To connect to, and then ask the kernel who is there.
  ///
  /// @throws SocketException NOBODY_LISTENS: there is no such file
  /// @throws UnsafePathException if it is no socket, or somebody else could tamper with the way
  static Target toConnect(Kernel kernel, UnixAddress to) throws IOException {
    return of(kernel, to, false);
  }

  /// To send to: nobody says who receives, so the file must not be one that a stranger could plant.
  ///
  /// @throws SocketException as above
  /// @throws UnsafePathException as above, or if it belongs to such a stranger
  static Target toSend(Kernel kernel, UnixAddress to) throws IOException {
    return of(kernel, to, true);
  }

  private static Target of(Kernel kernel, UnixAddress to, boolean checksOwner) throws IOException {
    return switch (to) {
      case UnixAddress.Abstract name -> new Target(null, Sockets.abstractAddress(name.name()));
      case UnixAddress.Pathname path -> {
        try (Place place = Place.of(kernel, path.path())) {
          yield at(place, checksOwner);
        } catch (ErrnoException e) {
          throw SocketException.of(e, to);
        }
      }
      case UnixAddress.Unnamed _ ->
          throw new SocketException(
              SocketException.Reason.NOBODY_LISTENS,
              "a socket without a name cannot be found; let it bind one");
    };
  }

  /// As [#toSend].
  static Target toSend(Place place) throws IOException {
    return at(place, true);
  }

  private static Target at(Place place, boolean checksOwner) throws IOException {
    Kernel kernel = place.dir().kernel();
    Fd file;
    try {
      file = kernel.openAt(place.dir().fd(), place.name(), Open.PATH | Open.NO_FOLLOW, 0);
    } catch (ErrnoException e) {
      throw SocketException.of(e, place);
    }
    boolean good = false;
    try {
      FileStatus status = kernel.status(file);
      if (!status.isSocket()) {
        throw new UnsafePathException(
            place + " is a " + status.kind() + " and no socket; look who put it there");
      }
      if (checksOwner) place.dir().access().checkOwner(status, place::path);
      good = true;
      return new Target(file, SocketProbe.addressOf(file));
    } finally {
      if (!good) file.close();
    }
  }

  /// For the kernel, as long as this is open.
  byte[] address() {
    return address;
  }

  @Override
  public void close() {
    if (file != null) file.close();
  }
}
