package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// [WaitCalls] over Linux.
interface LinuxWaitCalls extends WaitCalls {
  int MAX_EPOLL_EVENTS = 64;
  int MAX_POLLED = Scratch.DATA_BYTES / 8;

  @Override
  default Fd inotifyInit() throws ErrnoException {
    return Calls.opened("inotify", Calls.plain(INOTIFY_INIT1, IN_CLOEXEC | IN_NONBLOCK, 0));
  }

  @Override
  default int inotifyAddWatch(Fd inotify, Fd target, int mask) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name("/proc/self/fd/" + target.number());
      long result = scratch.call(INOTIFY_ADD_WATCH, inotify.number(), path, mask);
      if (result < 0) throw Calls.failure(INOTIFY_ADD_WATCH, target.path(), result);
      return (int) result;
    }
  }

  @Override
  default void inotifyRemoveWatch(Fd inotify, int watch) throws ErrnoException {
    Calls.on(INOTIFY_RM_WATCH, inotify, watch, 0);
  }

  @Override
  default List<InotifyEvent> inotifyRead(Fd inotify) throws ErrnoException {
    try {
      return Structs.InotifyHeader.events(Calls.readData(READ, inotify));
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) return List.of();
      throw e;
    }
  }

  @Override
  default Fd eventFd() throws ErrnoException {
    return Calls.opened("eventfd", Calls.plain(EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  @Override
  default void signal(Fd eventFd) throws ErrnoException {
    moveCount(WRITE, eventFd);
  }

  @Override
  default void drain(Fd eventFd) throws ErrnoException {
    moveCount(READ, eventFd);
  }

  /// Writes 1 to an eventfd, or reads what it holds. EAGAIN says that it is full or empty: as
  /// wanted.
  private static void moveCount(Syscall call, Fd eventFd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      scratch.memory().set(ValueLayout.JAVA_LONG, 0, 1);
      long result = scratch.call(call, eventFd.number(), scratch.structAddress(), Long.BYTES);
      if (result < 0 && result != -Errno.EAGAIN.number()) {
        throw Calls.failure(call, eventFd.path(), result);
      }
    }
  }

  @Override
  default int[] poll(List<Fd> fds, int[] events, long timeoutNanos) throws ErrnoException {
    Objects.checkFromIndexSize(0, fds.size(), Math.min(events.length, MAX_POLLED));
    try (Scratch scratch = Scratch.borrow()) {
      int[] polled = new int[2 * fds.size()];
      for (int i = 0; i < fds.size(); i++) {
        Structs.Pollfd.write(polled, i, fds.get(i).number(), events[i]);
      }
      scratch.putInts(polled);
      long timeout = 0;
      if (timeoutNanos >= 0) {
        Structs.Timespec.putNanos(scratch.memory(), 0, timeoutNanos);
        timeout = scratch.structAddress();
      }
      // Interrupted, the kernel leaves in `timeout` what is left of it.
      long result = scratch.call(PPOLL, scratch.dataAddress(), fds.size(), timeout, 0, 0, 0);
      if (result < 0) throw Calls.failure(PPOLL, fds.isEmpty() ? "" : fds.get(0).path(), result);
      int[] answers = scratch.getInts(2 * fds.size());
      int[] ready = new int[fds.size()];
      for (int i = 0; i < ready.length; i++) ready[i] = Structs.Pollfd.revents(answers, i);
      return ready;
    }
  }

  @Override
  default Fd epollCreate() throws ErrnoException {
    return Calls.opened("epoll", Calls.plain(EPOLL_CREATE1, EPOLL_CLOEXEC, 0));
  }

  @Override
  default void epollAdd(Fd epoll, Fd fd, long key, boolean exclusive) throws ErrnoException {
    epollAdd(epoll, fd, key, exclusive ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN);
  }

  @Override
  default void epollAddOnce(Fd epoll, Fd fd, long key, int events) throws ErrnoException {
    epollAdd(epoll, fd, key, events | EPOLLONESHOT);
  }

  private static void epollAdd(Fd epoll, Fd fd, long key, int events) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      Structs.EpollEvent.write(scratch.memory(), events, key);
      long event = scratch.structAddress();
      long result = scratch.call(EPOLL_CTL, epoll.number(), EPOLL_CTL_ADD, fd.number(), event);
      if (result < 0) throw Calls.failure(EPOLL_CTL, fd.path(), result);
    }
  }

  @Override
  default void epollRemove(Fd epoll, Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(EPOLL_CTL, epoll.number(), EPOLL_CTL_DEL, fd.number());
      if (result < 0) throw Calls.failure(EPOLL_CTL, fd.path(), result);
    }
  }

  @Override
  default long[] epollWait(Fd epoll, int timeoutMillis) throws ErrnoException {
    long start = System.nanoTime();
    int remaining = timeoutMillis;
    try (Scratch scratch = Scratch.borrow()) {
      while (true) {
        long events = scratch.structAddress();
        long result =
            scratch.callOnce(
                EPOLL_PWAIT, epoll.number(), events, MAX_EPOLL_EVENTS, remaining, 0, 0);
        if (result >= 0) return keys(scratch.memory(), (int) result);
        if (result != -Errno.EINTR.number()) throw Calls.failure(EPOLL_PWAIT, epoll.path(), result);
        if (timeoutMillis > 0) {
          long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          remaining = (int) Math.max(0, timeoutMillis - elapsed);
        }
      }
    }
  }

  private static long[] keys(MemorySegment events, int count) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) keys[i] = Structs.EpollEvent.data(events, i);
    return keys;
  }
}
