/// A set that is a directory: each element is a name in it.
///
/// [DirectorySet] is all there is to see. May call `dev.parley.sys` and `primitive.file`. The
/// manual page is `docs/primitives/directories.md`.
///
/// ```java
/// try (DirectorySet online = DirectorySet.open(Path.of("/srv/shop/online"), FileOptions.defaults())) {
///   online.add("ada");
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.set;
