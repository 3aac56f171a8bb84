/// A queue in one file: length-prefixed messages, consumed once, in their order.
///
/// [FileQueue] is all there is to see. May call `dev.parley.sys`, `primitive.file`,
/// `primitive.lock` and `primitive.watch`. The manual page, with the layout on disk, is
/// `docs/primitives/files.md`.
///
/// ```java
/// try (FileQueue queue = FileQueue.open(Path.of("/srv/shop/orders"), FileOptions.defaults())) {
///   queue.append("two pizzas".getBytes(UTF_8));
///   queue.take(Duration.ofSeconds(5)).ifPresent(Kitchen::cook);
/// }
/// ```
///
/// # How it is built
///
/// ```text
///   FileQueue -> LockedFile                  who may touch the file, and when
///       |
///   QueueFile  one open file: where its end is, what its last record says
///       |
///   RecordIo   reads and writes records; Layout: their bytes
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.filequeue;
