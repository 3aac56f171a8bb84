package dev.parley.sys;

import java.util.List;

/// Waiting for something to happen: inotify, eventfd, poll, epoll. Part of [Kernel].
public interface WaitCalls {
  /// inotify_init1(2), non-blocking.
  Fd inotifyInit() throws ErrnoException;

  /// inotify_add_watch(2) on the inode behind `target` (through /proc/self/fd, so no path is walked
  /// again), and the watch number.
  int inotifyAddWatch(Fd inotify, Fd target, int mask) throws ErrnoException;

  /// inotify_rm_watch(2); [InotifyEvent#IGNORED] follows.
  void inotifyRemoveWatch(Fd inotify, int watch) throws ErrnoException;

  /// read(2) of an inotify descriptor: what is there now, possibly nothing; thousands of events at
  /// once, more with the next call.
  List<InotifyEvent> inotifyRead(Fd inotify) throws ErrnoException;

  /// eventfd(2), non-blocking, starting at 0. Write and read it with [#signal] and [#drain].
  Fd eventFd() throws ErrnoException;

  /// Adds one to an eventfd.
  void signal(Fd eventFd) throws ErrnoException;

  /// Sets an eventfd back to 0.
  void drain(Fd eventFd) throws ErrnoException;

  /// ppoll(2): waits until something can be done with one of `fds`. Blocks the calling platform
  /// thread.
  ///
  /// @param events what to wait for, of [Poll], for each
  /// @param timeoutNanos how long at most; negative waits without end
  /// @return what there is, of [Poll], for each; all 0 when time is up
  int[] poll(List<Fd> fds, int[] events, long timeoutNanos) throws ErrnoException;

  /// epoll_create1(2).
  Fd epollCreate() throws ErrnoException;

  /// epoll_ctl(2) with EPOLL_CTL_ADD for reading. `key` comes back from [#epollWait]; `exclusive`
  /// is EPOLLEXCLUSIVE: of all the instances that wait for one descriptor's event, one is woken.
  void epollAdd(Fd epoll, Fd fd, long key, boolean exclusive) throws ErrnoException;

  /// The same for `events` of [Poll], told once (EPOLLONESHOT). EEXIST if it is there already.
  void epollAddOnce(Fd epoll, Fd fd, long key, int events) throws ErrnoException;

  /// epoll_ctl(2) with EPOLL_CTL_DEL; before `fd` is closed. ENOENT if it is not there.
  void epollRemove(Fd epoll, Fd fd) throws ErrnoException;

  /// epoll_wait(2): the keys of the descriptors that are ready or broken, 64 at most; empty when
  /// time is up.
  ///
  /// @param timeoutMillis how long at most; negative waits without end
  long[] epollWait(Fd epoll, int timeoutMillis) throws ErrnoException;
}
