/// Locks with a name in a space: a kernel lock, and a token for each grant that never repeats.
///
/// ```java
/// try (NamedLock nightly = NamedLock.open(kernel, space, true, "nightly");
///     HeldLock held = nightly.file().acquire(LockKind.EXCLUSIVE)) { ... }
/// ```
///
/// May call primitives and `pattern.member`. The public `Lock` of a space is to come; this is what
/// `parley lock NAME` stands on.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.lock;
