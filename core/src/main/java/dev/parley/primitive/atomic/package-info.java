/// Files that are replaced as a whole, so that readers see the old content or the new one; and
/// updates of them, none of which is lost.
///
/// [AtomicFile] is the usual one; [BinaryFile] changes a few bytes of a large file in place;
/// [AtomicNames] moves names. May call `dev.parley.sys`, `primitive.file` and `primitive.lock`. The
/// manual page is `docs/primitives/atomic-files.md`.
///
/// ```java
/// try (AtomicFile file = AtomicFile.at(Path.of("/srv/shop/stock"), WriteOptions.defaults())) {
///   file.updateLines(lines -> { lines.add("pears 3"); return lines; });
/// }
/// ```
///
/// # How it is built
///
/// ```text
///   AtomicFile    BinaryFile           what is asked for
///       |   \       /   \
///   Installer  NameLock  Redo          the new file in its place; who may; bytes about to be written
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.atomic;
