package dev.parley.primitive.fifo;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Makes messages of the bytes that come out of a pipe. The reader asks for the [#next] message,
/// reads as many bytes as are [#wanted] when there is none, and says when there are none to be had.
interface Decoder {
  /// The next outcome in what has been added, or null if it takes more bytes.
  @Nullable Received next();

  /// How many bytes to read now, at most; 1 or more. Asked after [#next] has returned null.
  int wanted();

  void add(byte[] bytes, int length);

  /// The pipe is empty, and has writers.
  ///
  /// @return an outcome that this makes certain, or null
  default @Nullable Received atEmpty() throws IOException {
    return null;
  }

  /// Whether [#atEmpty] has learnt something that makes it worth reading once more.
  default boolean wantsAnotherLook() {
    return false;
  }

  /// The pipe is empty, and has no writers.
  ///
  /// @return an outcome that this makes certain, or null
  default @Nullable Received atEnd() {
    return null;
  }
}
