package dev.parley.primitive.lock;

import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Bell;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.time.Duration;

/// flock(2) on a file or directory that the caller has open, and that nothing is made for: held
/// until the descriptor is closed.
///
/// For those who look at and change what they have locked through the same descriptor; everybody
/// else takes a [LockFile].
public final class OpenFileLock {
  private OpenFileLock() {}

  /// Takes it, waiting so long at most. Waiting costs no CPU.
  ///
  /// @return false if somebody else had it all the time
  /// @throws InterruptedException if the thread was interrupted before it was had
  public static boolean flock(Kernel kernel, Fd file, LockKind mode, Duration atMost)
      throws IOException, InterruptedException {
    KernelMethod method = new KernelMethod.Flock();
    if (method.tryLock(kernel, file, mode)) return true;
    Deadline deadline = Deadline.at(Bell.deadline(atMost));
    if (deadline.isPast()) return false;
    return KernelWait.await(kernel, deadline, () -> method.lockOrInterrupted(kernel, file, mode));
  }
}
