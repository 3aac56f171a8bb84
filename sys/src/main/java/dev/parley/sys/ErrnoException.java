package dev.parley.sys;

import java.io.IOException;

/// A system call failed. The message names the call, the path and the kernel's reason.
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final String path;
  private final Errno errno;

  public ErrnoException(String call, String path, Errno errno) {
    super(call + " " + (path.isEmpty() ? "" : path + ": ") + errno.reason() + " (" + errno + ")");
    this.call = call;
    this.path = path;
    this.errno = errno;
  }

  public String call() {
    return call;
  }

  public String path() {
    return path;
  }

  public Errno errno() {
    return errno;
  }

  public boolean is(Errno expected) {
    return errno == expected;
  }
}
