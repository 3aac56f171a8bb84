package dev.parley.primitive.lock;

import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.OptionalLong;

/// A lock in somebody's hands, until it is closed or its process dies.
public interface HeldLock extends AutoCloseable {

  LockKind mode();

  /// Whether it is held still: not closed, and nobody has removed or replaced its file; for a
  /// lease, its time is not over. Anything may happen right after the answer.
  boolean isHeld() throws IOException;

  /// Runs `listener`, on a thread of its own, once it is known that the lock was lost: a lease that
  /// could not be renewed in time, a dotlock that somebody removed. At once if that was before.
  /// What is closed is not lost.
  default void onLost(Runnable listener) {}

  /// The number of this grant, for [Kind#LEASE] and for a name of a space: larger than that of
  /// every earlier one. Whoever is changed under the lock refuses a number below one it has seen.
  default OptionalLong token() {
    return OptionalLong.empty();
  }

  /// From shared to exclusive, in one step, if nobody else shares it: for [Kind#OFD].
  ///
  /// @return false if somebody does; then it is shared still
  /// @throws UnsupportedOperationException for other kinds
  default boolean tryUpgrade() throws IOException {
    throw new UnsupportedOperationException("only OFD locks change their mode");
  }

  /// From exclusive to shared, in one step: for [Kind#OFD].
  ///
  /// @throws UnsupportedOperationException for other kinds
  default void downgrade() throws IOException {
    throw new UnsupportedOperationException("only OFD locks change their mode");
  }

  /// The descriptor that holds it, to be passed on to a command: for all kinds but [Kind#GIT] and
  /// [Kind#LEASE]. From this call on, closing the lock closes this process's descriptor and no
  /// more: it is held as long as any process has a duplicate. (For [Kind#POSIX]: as long as this
  /// process lives, whatever it becomes, and closes none of the file's descriptors.)
  ///
  /// @throws UnsupportedOperationException if no descriptor holds it
  default Fd descriptor() {
    throw new UnsupportedOperationException("no descriptor holds this kind of lock");
  }

  /// Names another process as the holder, in files that name one: for [Kind#PID] and [Kind#DOT].
  /// Others ignore it.
  default void nameHolder(long pid) throws IOException {}

  /// Gives it back. A second time does nothing.
  ///
  /// @throws IOException if what others take for a lock could not be removed
  @Override
  void close() throws IOException;
}
