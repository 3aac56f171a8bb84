package dev.parley.sys;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An open descriptor with one owner, which closes it once; a second close is ignored, so it can
/// never hit a stranger's descriptor that got the same number.
///
/// Safe for use by several threads, except that the owner must not close it while another thread is
/// inside a call with it: the number could be reused between the two. Remembers how it was opened,
/// for messages only: the path says where it was then.
public final class Fd implements AutoCloseable {
  /// AT_FDCWD: the directory argument for absolute names.
  public static final Fd CWD = new Fd(-100, null, "", null);

  /// The process's own standard streams, lent: closing one does nothing.
  public static final Fd STDIN = new Fd(0, null, "standard input", null);

  public static final Fd STDOUT = new Fd(1, null, "standard output", null);
  public static final Fd STDERR = new Fd(2, null, "standard error", null);

  private final int number;
  private final @Nullable Fd parent;
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Kernel owner;

  private Fd(int number, @Nullable Fd parent, String name, @Nullable Kernel owner) {
    this.number = number;
    this.parent = parent;
    this.name = name;
    this.owner = owner;
  }

  /// A descriptor that `kernel` just opened as `name` in `parent`.
  public static Fd opened(Kernel kernel, int number, @Nullable Fd parent, String name) {
    return new Fd(number, parent, name, kernel);
  }

  /// Makes `kernel` the one whose [Kernel#close] is called by [#close]. For a kernel that wraps
  /// another one and wants to see every call; it passes the close on, whatever it then reports:
  ///
  /// ```java
  /// public Fd openAt(Fd dir, String name, int flags, int mode) throws ErrnoException {
  ///   return delegate.openAt(dir, name, flags, mode).ownedBy(this);
  /// }
  ///
  /// public void close(Fd fd) throws ErrnoException {
  ///   delegate.close(fd);
  ///   if (failsNow("close")) throw new ErrnoException("close", fd.path(), Errno.EIO);
  /// }
  /// ```
  ///
  /// @return this descriptor
  /// @throws IllegalStateException if it is one of the constants, which nobody owns
  public Fd ownedBy(Kernel kernel) {
    if (owner == null) throw new IllegalStateException(this + " is not owned");
    owner = kernel;
    return this;
  }

  /// The kernel's number for it.
  ///
  /// @throws IllegalStateException after [#close]: using the number then would touch a stranger's
  ///   file
  public int number() {
    if (closed.get()) throw new IllegalStateException(path() + " is already closed");
    return number;
  }

  /// Where it was when it was opened.
  public String path() {
    return parent == null ? name : parent.path(name);
  }

  /// Where `entry` of this directory is; an absolute entry stays as it is.
  public String path(String entry) {
    if (this == CWD || entry.startsWith("/")) return entry;
    String here = path();
    if (entry.isEmpty() || entry.equals(".")) return here;
    return here.endsWith("/") ? here + entry : here + "/" + entry;
  }

  public boolean isOpen() {
    return !closed.get();
  }

  /// Closes it; does nothing the second time. An error of close(2) is not reported, because the
  /// descriptor is gone whatever it says and durability is [Kernel#fsync]'s business.
  @Override
  public void close() {
    Kernel kernel = owner;
    if (kernel == null || closed.get()) return;
    try {
      kernel.close(this);
    } catch (ErrnoException e) {
      // Gone all the same: see close(2), "Dealing with error returns".
    }
  }

  /// Marks it closed. For implementations of [Kernel#close] alone: whoever gets the number closes
  /// it.
  ///
  /// @return the number to close, or -1 if that was done before
  public int release() {
    return closed.compareAndSet(false, true) ? number : -1;
  }

  @Override
  public String toString() {
    return path() + " (descriptor " + number + ")";
  }
}
