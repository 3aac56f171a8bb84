package dev.parley.primitive.fifo;

import dev.parley.NoSuchNameException;
import dev.parley.ParleyException;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The readers of a broadcast: finds those that join and those that leave.
final class Outlets implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Outlets.class.getName());
  private static final int ARRIVALS_AND_DEPARTURES =
      InotifyEvent.CREATE | InotifyEvent.MOVED_TO | InotifyEvent.DELETE | InotifyEvent.MOVED_FROM;

  private final Kernel kernel;
  private final BroadcastFolder folder;
  private final Fd nothing;
  private final int capacityBytes;
  private final Map<String, Outlet> byName = new LinkedHashMap<>();

  /// Those that were reported; each is tried again with every look.
  private final Set<String> refused = new HashSet<>();

  private boolean tryAgain;
  private final AtomicBoolean changed = new AtomicBoolean(true);
  private @Nullable Watcher watcher;
  private Watcher.@Nullable Registration registration;

  /// @param capacityBytes what each pipe is to hold
  /// @param wake called when somebody may have joined or left, on another thread
  Outlets(Kernel kernel, BroadcastFolder folder, Fd nothing, int capacityBytes, Runnable wake) {
    this.kernel = kernel;
    this.folder = folder;
    this.nothing = nothing;
    this.capacityBytes = capacityBytes;
    try {
      watcher = Watcher.acquire(kernel);
      registration =
          watcher.watch(
              folder.readers(),
              ARRIVALS_AND_DEPARTURES,
              _ -> {
                changed.set(true);
                wake.run();
              });
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "readers that join are looked for from time to time", e);
    }
  }

  /// Whether it is worth looking although nobody says that anything has changed.
  boolean wantsToBeAsked() {
    return registration == null || tryAgain;
  }

  Collection<Outlet> all() {
    return List.copyOf(byName.values());
  }

  /// What each of them can be given at once.
  int capacityBytes() throws IOException {
    int least = capacityBytes;
    for (Outlet outlet : byName.values()) least = Math.min(least, outlet.capacityBytes());
    return least;
  }

  /// Looks who has joined or left, if anybody may have.
  ///
  /// @param inProgress by writer, the messages that newcomers shall not get the rest of
  /// @return those who left
  List<Outlet> look(Map<Long, Integer> inProgress) throws IOException {
    if (!changed.getAndSet(false) && !wantsToBeAsked()) return List.of();
    tryAgain = false;
    boolean done = false;
    try {
      List<String> names = folder.readerNames();
      List<Outlet> left = new ArrayList<>();
      for (Outlet outlet : all()) if (!names.contains(outlet.name())) left.add(outlet);
      left.forEach(this::forget);
      refused.retainAll(names);
      for (String name : names) {
        if (!byName.containsKey(name)) take(name, inProgress);
      }
      done = true;
      return left;
    } finally {
      if (!done) changed.set(true);
    }
  }

  /// Takes a reader in. One that cannot be taken in must not keep the others from their messages.
  private void take(String name, Map<Long, Integer> inProgress) throws IOException {
    try {
      byName.put(name, open(name, inProgress));
    } catch (NoSuchNameException e) {
      // It has left meanwhile.
    } catch (ParleyException e) {
      refuse(name, e);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENXIO)) {
        // It was open before it had its name, so its reader is dead.
        remove(name);
      } else {
        tryAgain = true;
        refuse(name, e);
      }
    }
  }

  private void refuse(String name, IOException reason) {
    if (!refused.add(name)) return;
    LOG.log(System.Logger.Level.WARNING, "a reader that gets nothing: " + name, reason);
  }

  private Outlet open(String name, Map<Long, Integer> inProgress) throws IOException {
    List<Fd> opened = new ArrayList<>();
    boolean good = false;
    try {
      Fd fifo = Fifo.open(folder.readers(), name, Open.WRITE_ONLY);
      opened.add(fifo);
      Fd[] pipe = kernel.pipe();
      opened.addAll(List.of(pipe));
      Fifo.grow(kernel, fifo, capacityBytes);
      Fifo.grow(kernel, pipe[0], capacityBytes);
      good = true;
      return new Outlet(kernel, name, fifo, pipe, nothing, inProgress);
    } finally {
      if (!good) opened.forEach(Fd::close);
    }
  }

  /// Those whose reader is gone.
  List<Outlet> dead() throws IOException {
    List<Outlet> all = List.copyOf(byName.values());
    if (all.isEmpty()) return List.of();
    int[] events = kernel.poll(all.stream().map(Outlet::fifo).toList(), new int[all.size()], 0);
    return IntStream.range(0, all.size())
        .filter(i -> (events[i] & Poll.ERR) != 0)
        .mapToObj(all::get)
        .toList();
  }

  /// Ends an outlet, and removes its FIFO. The name goes first: by that a reader that is still
  /// there knows that nothing more will come.
  void remove(Outlet outlet) {
    remove(outlet.name());
    forget(outlet);
  }

  private void remove(String name) {
    try {
      folder.readers().tryUnlink(name);
    } catch (IOException e) {
      refuse(name, e);
    }
  }

  private void forget(Outlet outlet) {
    byName.remove(outlet.name());
    outlet.close();
  }

  /// Readers keep their FIFOs, for the next broadcaster.
  @Override
  public void close() {
    if (registration != null) registration.close();
    if (watcher != null) watcher.release();
    byName.values().forEach(Outlet::close);
  }
}
