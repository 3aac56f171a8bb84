package dev.parley;

/// How a queue keeps its messages; chosen when it is made. The contract is the same.
public enum Store {
  /// One message, one file: any tool can look at it, and its cost does not grow with the backlog.
  SPOOL,
  /// All messages in one file, a log under a lock: few files, and each process that uses it keeps
  /// some 300 bytes of memory a message.
  FILE
}
