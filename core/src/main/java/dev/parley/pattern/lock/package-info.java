/// Locks with a name in a space: a kernel lock, and a token for each grant that never repeats.
///
/// ```java
/// try (NamedLock nightly = NamedLock.open(kernel, space, true, "nightly", Optional.empty());
///     HeldLock held = nightly.acquire(LockKind.EXCLUSIVE)) {
///   work(held.token().orElseThrow());
/// }
/// ```
///
/// May call primitives and `pattern.member`. `parley lock NAME` stands on it.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.lock;
