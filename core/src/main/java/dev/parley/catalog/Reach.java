package dev.parley.catalog;

/// How far it carries.
public enum Reach implements Term {
  HOST("one host: one kernel"),
  HOSTS("several hosts that share a filesystem, with care");

  private final String meaning;

  Reach(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
