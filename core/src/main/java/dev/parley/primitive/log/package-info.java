/// An append-only log in one file: entries of any size from many writers, which many readers
/// follow.
///
/// [AppendLog] adds, [LogReader] reads and waits; [LogRecord] is what a reader finds. May call
/// `dev.parley.sys`, `primitive.file`, `primitive.lock` and `primitive.watch`. The manual page is
/// `docs/primitives/files.md`.
///
/// ```java
/// try (AppendLog log = AppendLog.open(Path.of("/srv/shop/events"), FileOptions.defaults())) {
///   log.append("sold 3 apples".getBytes(UTF_8));
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.log;
