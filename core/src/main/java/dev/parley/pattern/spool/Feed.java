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
        public void fill(Ready ready) {}

        @Override
        public boolean isEmpty() {
          return true;
        }

        @Override
        public List<Dir> watched() {
          return List.of();
        }

        @Override
        public void close() {}
      };

  /// The ready folders of the subscription's queue.
  interface Ready {
    /// Makes an entry ready by a second link to its file, under an id that is made of its sequence
    /// number. An entry that is there already, from an attempt that was cut short, is left alone.
    void link(Dir from, String file, long sequence, int priority) throws IOException;
  }

  /// Takes over what has come since the last time, or some of it.
  void fill(Ready ready) throws IOException;

  /// Whether there is nothing to take over, by anybody.
  boolean isEmpty() throws IOException;

  /// The directories in which more will come; opened for the caller, who closes them.
  List<Dir> watched() throws IOException;

  void close();
}
