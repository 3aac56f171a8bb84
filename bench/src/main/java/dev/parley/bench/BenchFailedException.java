package dev.parley.bench;

import java.io.IOException;

/// A benchmark that is worth nothing: a message was lost, repeated or damaged, or a process failed.
public final class BenchFailedException extends IOException {
  private static final long serialVersionUID = 1;

  public BenchFailedException(String message) {
    super(message);
  }
}
