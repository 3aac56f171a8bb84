package dev.parley.pattern.spool;

import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.List;

/// Where a queue that is a subscription gets its messages from.
public interface Feed {
  /// The feed of a queue that is only sent to.
  Feed NONE =
      new Feed() {
        @Override
        public void fill() {}

        @Override
        public List<Dir> watched() {
          return List.of();
        }

        @Override
        public void close() {}
      };

  /// Takes over what has come since the last time, or some of it.
  void fill() throws IOException;

  /// The directories in which more will come; opened for the caller, who closes them.
  List<Dir> watched() throws IOException;

  void close();
}
