package dev.parley.cli;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Standard output, unbuffered: when a write returns, the kernel has the bytes.
///
/// Unlike [System#out] it reports errors, and tells a reader that went away (EPIPE) from a full
/// disk in any locale.
final class Stdout extends OutputStream {
  private static final int RETRY_MILLIS = 5;

  private final Supplier<Kernel> source;
  private @Nullable Kernel kernel;
  private @Nullable Fd descriptor;

  /// @param source asked at the first write, as a kernel takes time to load
  Stdout(Supplier<Kernel> source) {
    this.source = source;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Kernel to = kernel();
    Fd fd = descriptor(to);
    int end = offset + length;
    for (int at = offset; at < end; ) {
      try {
        at += to.write(fd, bytes, at, end - at);
      } catch (ErrnoException e) {
        // Somebody who shares the pipe or terminal with us made it non-blocking, and it is full.
        if (!e.is(Errno.EAGAIN)) throw new StdoutException(e);
        pause();
      }
    }
  }

  private Kernel kernel() {
    Kernel known = kernel;
    if (known == null) kernel = known = source.get();
    return known;
  }

  private Fd descriptor(Kernel opener) {
    Fd known = descriptor;
    if (known == null) descriptor = known = Fd.opened(opener, 1, null, "standard output");
    return known;
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing to standard output");
    }
  }
}
