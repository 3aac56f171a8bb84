package dev.parley.pattern.queue;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.io.IOException;

/// A FIFO that wakes one of the processes that wait for it, whoever writes a byte to it. What is
/// written while nobody has it open is lost, so open it, look, and only then wait.
public final class Baton implements AutoCloseable {
  private static final byte[] BYTE = {'.'};

  private final Dir dir;
  private final Fd fifo;

  private Baton(Dir dir, Fd fifo) {
    this.dir = dir;
    this.fifo = fifo;
  }

  public static Baton open(Dir dir, String name) throws IOException {
    return new Baton(dir, dir.openFifo(name));
  }

  public Fd fd() {
    return fifo;
  }

  /// Wakes one process; a full FIFO has woken enough.
  public void pass() throws IOException {
    try {
      dir.kernel().write(fifo, BYTE, 0, 1);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EAGAIN)) throw e;
    }
  }

  /// Takes one byte.
  ///
  /// @return false if somebody else was faster
  public boolean take() throws IOException {
    return read(new byte[1]);
  }

  /// Takes whatever is there.
  ///
  /// @return false if there was nothing
  public boolean drain() throws IOException {
    return read(new byte[4096]);
  }

  private boolean read(byte[] into) throws IOException {
    try {
      return dir.kernel().read(fifo, into, 0, into.length) > 0;
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) return false;
      throw e;
    }
  }

  @Override
  public void close() {
    fifo.close();
  }
}
