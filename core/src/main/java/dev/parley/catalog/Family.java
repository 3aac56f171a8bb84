package dev.parley.catalog;

/// Primitives that belong together.
public enum Family {
  FILES("Regular files"),
  LOCKS("Locks"),
  DIRECTORIES("Directories and links"),
  PIPES("Pipes"),
  SOCKETS("Unix sockets"),
  MEMORY("Shared memory"),
  KERNEL("Attributes and the kernel's own files"),
  NOT_FILES("For comparison: not files");

  private final String title;

  Family(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
