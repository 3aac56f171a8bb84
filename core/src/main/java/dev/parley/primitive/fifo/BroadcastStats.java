package dev.parley.primitive.fifo;

/// What a broadcaster has done.
///
/// @param readers who is there now
/// @param messages how many whole messages went through, however many readers there were
/// @param missed how many messages readers were not sent, each counted once for each reader
/// @param cutOff how many readers were thrown out
/// @param garbageBytes how many bytes were no frame
public record BroadcastStats(
    int readers, long messages, long missed, long cutOff, long garbageBytes) {}
