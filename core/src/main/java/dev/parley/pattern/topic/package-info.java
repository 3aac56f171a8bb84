/// Topics on files: a dense log of entries, and subscriptions that are queues.
///
/// [Topics] opens everything, [TopicFolder] is what is on disk, [EntryLog] numbers entries,
/// [FileTopic] publishes, [TopicFeed] takes entries over into a subscription's queue,
/// [FileSubscription] claims from the topics that match, [Retention] removes what everybody has.
/// The rules are in `docs/layout.md`, section 6.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.topic;
