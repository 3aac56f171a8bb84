package dev.parley.primitive.attribute;

import dev.parley.ParleyException;
import dev.parley.sys.ErrnoException;

/// There are no `user.*` attributes where the file is.
public final class NoAttributesException extends ParleyException {
  private static final long serialVersionUID = 1;

  NoAttributesException(String what, String filesystem, ErrnoException cause) {
    super(
        what
            + " cannot have attributes of users: "
            + filesystem
            + " has none (tmpfs since Linux 6.6); use another filesystem, and ask `parley doctor`",
        cause);
  }
}
