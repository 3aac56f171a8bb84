package dev.parley.primitive.attribute;

import dev.parley.ParleyException;
import java.time.Duration;

/// Somebody else had the file locked for as long as the caller would wait; nothing was changed.
public final class AttributesBusyException extends ParleyException {
  private static final long serialVersionUID = 1;

  AttributesBusyException(String path, Duration waited) {
    super(
        path
            + " is locked by somebody else"
            + (waited.isZero() ? "" : ", for " + waited.toMillis() + " ms now")
            + "; `parley who "
            + path
            + "` says who");
  }
}
