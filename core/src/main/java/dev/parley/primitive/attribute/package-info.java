/// Small named values that belong to a file or directory: extended attributes, as a channel whose
/// last value counts, and as labels.
///
/// [AttributeFile] is the door. May call `dev.parley.sys`, `primitive.file`, `primitive.lock` and
/// `primitive.watch`. The manual page is `docs/primitives/attributes.md`.
///
/// ```java
/// try (AttributeFile job = AttributeFile.at(path, AttributeOptions.defaults())) {
///   boolean mine = job.compareAndSet("state", queued, running);
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.attribute;
