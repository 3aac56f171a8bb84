/// The spool: a queue that keeps one message in one file, in folders that any tool can read.
///
/// [SpoolQueue] is the queue; everything else here is a part of it. [QueueFolder] is what is on
/// disk, [MessageName] and [MessageFile] are a message there, [ReadyWriter] and [ReadyReader] put
/// messages into the ready folders and take them out, [IdleConsumers] wakes who waits. The rules
/// that these keep are in `docs/layout.md`, sections 4 and 5.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.spool;
