/// Files and directories reached safely: the one way everything above opens, makes and moves
/// things.
///
/// [TrustedPath] walks to a space, [Dir] is a directory inside it whose owner and mode were checked
/// through its descriptor, [PropertiesFile] keeps a few settings. May call `dev.parley.sys` and the
/// vocabulary of `dev.parley`; never a pattern.
///
/// ```java
/// Dir dir = Dir.verified(kernel, TrustedPath.open(kernel, path), Access.privateTo(uid));
/// try (Fd file = dir.create("note")) {
///   dir.writeFully(file, bytes);
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.file;
