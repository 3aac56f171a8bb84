/// A queue in one log: every step of every message is a record that is appended to it, under a
/// kernel lock, and what the queue is follows from reading it.
///
/// [LogStore] is the log with what follows from it, [LogState]. [FileLog] is the log on disk,
/// [MemoryLog] one in shared memory, [HybridLog] one of each, where the memory goes on from the
/// file. [LogQueue] is a [dev.parley.Queue] over them. May call primitives,
/// [dev.parley.pattern.member] and [dev.parley.pattern.queue].
///
/// ```java
/// Queue queue = space.queue("mails", QueueSettings.defaults().withStore(Store.FILE));
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.logqueue;
