package dev.parley.sys;

/// Shared (F_RDLCK) or exclusive (F_WRLCK).
public enum LockKind {
  SHARED,
  EXCLUSIVE
}
