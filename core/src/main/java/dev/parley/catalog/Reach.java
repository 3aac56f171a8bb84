package dev.parley.catalog;

/// How far it carries.
public enum Reach implements Term {
  HOST("one host: one kernel"),
  HOSTS_WITH_CARE("several hosts, as far as the file server and their kernels play along"),
  HOSTS("several hosts that share a filesystem");

  private final String meaning;

  Reach(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
