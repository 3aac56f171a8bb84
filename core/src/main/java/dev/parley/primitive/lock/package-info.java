/// Locks: one holder at a time, or several that share, agreed on by a file, with whoever locks the
/// same file in the same way, Parley or not.
///
/// [LockFile] is a lock at a path, of one [LockFile.Kind]; [HeldLock] is it in somebody's hands;
/// [KernelLock] is the shortest way to one in a directory that is open already. `docs/primitives/
/// locks.md` is the manual. May call `dev.parley.sys` and other primitives; never a pattern.
///
/// ```java
/// try (LockFile turns = LockFile.open(Kernel.linux(), Path.of("/run/shop/turn"), Kind.FLOCK);
///     HeldLock turn = turns.acquire(LockKind.EXCLUSIVE)) {
///   serve();
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.lock;
