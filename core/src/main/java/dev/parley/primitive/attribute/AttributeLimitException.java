package dev.parley.primitive.attribute;

import dev.parley.ParleyException;
import dev.parley.sys.ErrnoException;

/// A value, a name, or all of a file's together are too large for its filesystem; or that is full.
/// Nothing was changed.
public final class AttributeLimitException extends ParleyException {
  private static final long serialVersionUID = 1;

  AttributeLimitException(String what, int bytes, AttributeLimits limits, ErrnoException cause) {
    super(
        what
            + " has no room for "
            + bytes
            + " bytes more in its attributes: "
            + cause.errno()
            + "; "
            + limits
            + "; put it in a file, and its name in the attribute, or make room",
        cause);
  }
}
