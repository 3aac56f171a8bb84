package dev.parley.primitive.fifo;

import java.util.List;

/// What is first in the source, duplicated and about to be consumed.
///
/// @param items in their order
/// @param bytes how many bytes they are together
record Batch(List<Item> items, int bytes) {
  /// One frame, or bytes that are none.
  ///
  /// @param frame null for bytes that no reader shall have
  record Item(int bytes, @org.jspecify.annotations.Nullable Frame frame) {}
}
