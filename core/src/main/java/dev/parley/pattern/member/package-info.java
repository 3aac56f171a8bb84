/// A space as a place with members: what the directory is, who is in it, who is alive, and what
/// becomes of what the dead held. May call primitives; knows nothing of queues.
///
/// [SpaceFolder] is the directory, [Membership] this process's part in it, [Members] everybody's,
/// [Reaper] returns what the dead held through [Holdings], [Epoch] makes tokens, which never repeat
/// for one message.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.member;
