package dev.parley.catalog;

/// How long what was said lasts.
public enum Persistence implements Term {
  EPHEMERAL("gone with the last process that has it open"),
  SEMI_PERSISTENT("outlives its processes, gone at reboot"),
  PERSISTENT("as lasting as the filesystem it is on");

  private final String meaning;

  Persistence(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
