package dev.parley.primitive.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.NetlinkCalls;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the kernel announces of devices: uevents, by netlink. Attributes in /sys are no files that
/// could be watched; this is how the kernel tells of what is there.
///
/// Guarantees: only what the kernel itself sent is told. What was lost, because nobody fetched it
/// in time, is told as [Uevent#MISSED].
///
/// Non-promises: nothing is told in a network namespace that a user namespace below the first one
/// owns (most rootless containers). Names that udev gives come later than this. One thread awaits
/// at a time. Source: netlink(7), kernel's Documentation/ABI/testing/sysfs-uevent; book 4.5.3.
public final class Uevents implements AutoCloseable {
  private static final int FROM_THE_KERNEL = 1;

  private final Kernel kernel;
  private final Fd socket;
  private final Readiness readiness;
  private volatile boolean woken;

  /// @param action `add`, `remove`, `change`, `move`, `bind`, `unbind`, `online`, `offline`; or
  ///   [#MISSED]
  /// @param device below /sys
  /// @param properties SUBSYSTEM, DEVNAME and others
  public record Uevent(String action, String device, Map<String, String> properties) {
    /// Some were lost: look at what is there.
    public static final String MISSED = "missed";
  }

  private Uevents(Kernel kernel, Fd socket, Readiness readiness) {
    this.kernel = kernel;
    this.socket = socket;
    this.readiness = readiness;
  }

  /// @throws ErrnoException EPERM, EPROTONOSUPPORT: a sandbox, or this kernel, has no netlink
  public static Uevents open(Kernel kernel) throws IOException {
    Fd socket = kernel.netlink(NetlinkCalls.DEVICES, FROM_THE_KERNEL);
    boolean good = false;
    try {
      Uevents uevents = new Uevents(kernel, socket, Readiness.open(kernel));
      good = true;
      return uevents;
    } finally {
      if (!good) socket.close();
    }
  }

  /// The next one; empty if the time is up or [#wake] was called.
  public Optional<Uevent> await(Duration time) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Optional<Uevent> next = next();
      if (next.isPresent()) return next;
      long left = time.toNanos() - (System.nanoTime() - start);
      if (left <= 0 || woken) {
        woken = false;
        return next;
      }
      readiness.await(socket, Poll.IN, left);
    }
  }

  /// Ends the wait that goes on, or else the next one.
  public void wake() {
    woken = true;
    readiness.wake();
  }

  private Optional<Uevent> next() throws IOException {
    while (true) {
      byte[] message;
      try {
        message = kernel.netlinkReceive(socket);
      } catch (ErrnoException e) {
        if (e.is(Errno.ENOBUFS)) return Optional.of(new Uevent(Uevent.MISSED, "", Map.of()));
        throw e;
      }
      if (message == null) return Optional.empty();
      Optional<Uevent> uevent = parse(new String(message, UTF_8));
      if (uevent.isPresent()) return uevent;
    }
  }

  /// `ACTION@DEVICE`, then `KEY=VALUE`s, each with a NUL behind it.
  private static Optional<Uevent> parse(String message) {
    String[] parts = message.split("\0");
    int at = parts[0].indexOf('@');
    if (at < 0) return Optional.empty();
    Map<String, String> properties = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) properties.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    String action = parts[0].substring(0, at);
    String device = parts[0].substring(at + 1);
    return Optional.of(new Uevent(action, device, Collections.unmodifiableMap(properties)));
  }

  /// Nobody may await any more.
  @Override
  public void close() {
    readiness.close();
    socket.close();
  }
}
