package dev.parley.catalog;

/// Where it waits to be read.
public enum Buffering implements Term {
  NONE("nothing waits"),
  KERNEL("in the kernel's memory, bounded"),
  MEMORY("in memory that the peers share"),
  FILESYSTEM("on the filesystem");

  private final String meaning;

  Buffering(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
