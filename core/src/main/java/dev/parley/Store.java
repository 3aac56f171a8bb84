package dev.parley;

/// How a queue keeps its messages; chosen when it is made. The contract is the same.
public enum Store {
  /// One message, one file: any tool can look at it, and its cost does not grow with the backlog.
  SPOOL,
  /// All messages in one file, a log under a lock: few files, and each process that uses it keeps
  /// some 300 bytes of memory a message.
  FILE,
  /// As [#FILE], but the log is in memory that its users share. The fastest, and gone after a
  /// reboot or a power cut: it refuses durable sends. Not on filesystems that copy on write.
  MEMORY,
  /// As [#MEMORY] while a consumer is there, and as [#FILE] while none is: what is left when the
  /// last one leaves goes to the file. What is sent durably goes to the file at once.
  HYBRID
}
