package dev.parley.doctor;

import java.io.IOException;

/// A process could not do its part in an examination; the message says which call failed and why.
final class TrialFailedException extends IOException {
  private static final long serialVersionUID = 1;

  TrialFailedException(String message) {
    super(message);
  }
}
