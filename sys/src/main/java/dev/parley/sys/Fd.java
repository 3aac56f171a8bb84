package dev.parley.sys;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An open descriptor with one owner, which closes it once; a second close is ignored, so it can never
/// hit a stranger's descriptor that got the same number.
///
/// Remembers how it was opened, for messages only: the path says where it was then.
public final class Fd implements AutoCloseable {
  /// AT_FDCWD: the directory argument for absolute names.
  public static final Fd CWD = new Fd(-100, null, "");

  private final int number;
  private final @Nullable Fd parent;
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable Kernel kernel;

  private Fd(int number, @Nullable Fd parent, String name) {
    this.number = number;
    this.parent = parent;
    this.name = name;
  }

  /// A descriptor that `kernel` just opened as `name` in `parent`.
  public static Fd opened(Kernel kernel, int number, @Nullable Fd parent, String name) {
    Fd fd = new Fd(number, parent == CWD ? null : parent, name);
    fd.kernel = kernel;
    return fd;
  }

  /// The kernel's number for it.
  ///
  /// @throws IllegalStateException after [#close]: using the number then would touch a stranger's file
  public int number() {
    if (closed.get()) throw new IllegalStateException(path() + " is already closed");
    return number;
  }

  /// Where it was when it was opened.
  public String path() {
    return parent == null ? name : parent.path() + "/" + name;
  }

  public boolean isOpen() {
    return !closed.get();
  }

  /// Closes it; does nothing the second time. An error of close(2) is not reported, because the
  /// descriptor is gone whatever it says and durability is [Kernel#fsync]'s business.
  @Override
  public void close() {
    Kernel owner = kernel;
    if (owner == null) return;
    try {
      owner.close(this);
    } catch (ErrnoException e) {
      // Gone all the same: see close(2), "Dealing with error returns".
    }
  }

  /// Marks it closed.
  ///
  /// @return the number to close, or -1 if that was done before
  int release() {
    return closed.compareAndSet(false, true) ? number : -1;
  }

  @Override
  public String toString() {
    return path() + " (descriptor " + number + ")";
  }
}
