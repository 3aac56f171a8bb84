package dev.parley;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What Parley itself has to say: the message names what happened, where, and what to do.
public class ParleyException extends IOException {
  private static final long serialVersionUID = 1;

  public ParleyException(String message) {
    super(message);
  }

  public ParleyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
