/// The space as users see it: [LocalSpace] assembles members, queues and topics; [SpaceCheck] looks
/// for what is wrong.
@org.jspecify.annotations.NullMarked
package dev.parley.pattern.space;
