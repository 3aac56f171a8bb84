package dev.parley.catalog;

/// How peers find it.
public enum Rendezvous implements Term {
  PATH("by a path"),
  ABSTRACT_NAME("by a name that is no path"),
  IPC_NAME("by a name like /name, apart from paths"),
  KEY("by a number"),
  PID("by a process id"),
  DESCRIPTOR("by an inherited or passed descriptor"),
  ADDRESS("by a word in memory that is shared already");

  private final String meaning;

  Rendezvous(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
