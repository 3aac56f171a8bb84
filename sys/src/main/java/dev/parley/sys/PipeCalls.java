package dev.parley.sys;

/// Pipes, named and not. Part of [Kernel].
///
/// A pipe is a ring of slots, each a page or a part of one. A write of up to [#ATOMIC_BYTES] bytes
/// is put into one slot, whole, or not at all. Source: pipe(7).
public interface PipeCalls {
  /// PIPE_BUF: how many bytes of one write no other writer's bytes come between.
  int ATOMIC_BYTES = 4096;

  /// pipe2(2): the reading end, then the writing end.
  Fd[] pipe() throws ErrnoException;

  /// F_GETPIPE_SZ: how many bytes the pipe can hold, if they fill its slots.
  int pipeCapacity(Fd pipe) throws ErrnoException;

  /// F_SETPIPE_SZ: makes it hold at least `bytes`.
  ///
  /// @return what it holds now
  /// @throws ErrnoException EPERM: over fs.pipe-max-size, or this user's share of memory for pipes
  ///   is used up; EBUSY: it has more in it
  int setPipeCapacity(Fd pipe, int bytes) throws ErrnoException;

  /// FIONREAD: how many bytes could be read now.
  int unreadBytes(Fd fd) throws ErrnoException;

  /// tee(2), never waiting: what is first in one pipe, up to `length` bytes of it, is added to
  /// another and stays in the first. Pages are shared, not copied. Ends early where the other has
  /// no slot left, always between two slots.
  ///
  /// @return how many bytes; 0 if there are none and never will be, for nobody has the writing end
  /// @throws ErrnoException EAGAIN: nothing there, or no slot; EPIPE: nobody reads the other
  int tee(Fd from, Fd to, int length) throws ErrnoException;

  /// splice(2) without offsets, never waiting for a pipe: moves up to `length` bytes, one of the
  /// two being a pipe. From pipe to pipe pages change hands and nothing is copied.
  ///
  /// @return as [#tee]
  /// @throws ErrnoException as [#tee]; ENOSPC and others of the file written to
  int splice(Fd from, Fd to, int length) throws ErrnoException;
}
