package dev.parley.primitive.fifo;

/// One message of one writer.
record MessageKey(long writer, int message) {}
