/// Shared memory: regions that several processes map, and what can be built in them without a call
/// into the kernel as long as nobody has to wait.
///
/// [SharedMemory] is a region with bytes of your own, [SharedLock]s and [SharedEvent]s;
/// [SharedQueue] is a queue of messages. The manual is `docs/primitives/memory.md`.
///
/// ```java
/// Kernel kernel = Kernel.linux();
/// try (SharedQueue queue = SharedQueue.openOrCreate(kernel, path, QueueShape.of(1024, 200))) {
///   queue.offer("hello".getBytes(UTF_8), Duration.ofSeconds(1));
///   try (SharedClaim claim = queue.claim(Duration.ofSeconds(1)).orElseThrow()) {
///     System.out.println(new String(claim.bytes(), UTF_8));
///     claim.ack();
///   }
/// }
/// ```
///
/// # How it is built
///
/// ```text
///   SharedMemory, SharedLock, SharedEvent      SharedQueue, SharedClaim
///         |           LockWord                   RingCells, Cell, QueueLayout
///         +------------------+---------------------+
///                          Region
///             RegionFile, RegionLayout   the file: made, trusted, described
///             Slots                      who is alive, by the kernel's locks; what the dead held
///             Sleepers, InterruptAlarm   threads that wait for a word
///             sys.Mapping                the memory, with named orders
/// ```
///
/// Whatever is in somebody's hands says in whose, by slot, in the same atomic step that puts it
/// there. That is all that recovery rests on.
///
/// May call `dev.parley.sys`, `dev.parley.primitive.file` and the vocabulary of `dev.parley`.
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.memory;
