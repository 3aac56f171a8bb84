package dev.parley;

/// What became of a send.
///
/// @param id the message's id; for a duplicate, the id of the one that was sent before, or empty
///   where that is no longer known
/// @param duplicate whether a message with the same deduplication id was sent within the window,
///   and this one therefore was not
public record Sent(String id, boolean duplicate) {}
