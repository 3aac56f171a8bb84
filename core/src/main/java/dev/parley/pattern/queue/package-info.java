/// What every queue has, however its messages are stored: its folder and settings, a message's name
/// and bytes, waiting, batches.
///
/// The stores are in packages of their own: [dev.parley.pattern.spool] keeps one message in one
/// file. May call primitives and [dev.parley.pattern.member].
///
/// ```java
/// QueueFolder folder = QueueFolder.tryOpen(queues, "mails");
/// QueueSettings settings = folder.settings();
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.queue;
