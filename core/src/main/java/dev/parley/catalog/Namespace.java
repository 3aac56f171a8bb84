package dev.parley.catalog;

/// Which namespace (container) hides it.
public enum Namespace implements Term {
  MOUNT("the path must be mounted in both"),
  NETWORK("both must be in one network namespace"),
  IPC("both must be in one IPC namespace"),
  PID("the target must be visible in the PID namespace"),
  NONE("a descriptor works everywhere");

  private final String meaning;

  Namespace(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
