package dev.parley;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A queue counted: each figure is right at some instant during the count, not all at the same.
///
/// @param readyByPriority ten counts, for priorities 0 to 9
/// @param done acknowledged messages that are retained
/// @param oldest the age of the oldest ready message
/// @param held whether deliveries are stopped
/// @param holders member ids that hold claims, and how many each
public record QueueStats(
    long ready,
    List<Long> readyByPriority,
    long delayed,
    long claimed,
    long heldMessages,
    long dead,
    long done,
    Optional<Duration> oldest,
    boolean held,
    java.util.Map<String, Long> holders) {}
