package dev.parley.catalog;

/// Which systems have it, of the four that the catalog looks at.
public enum Platform implements Term {
  LINUX("Linux"),
  FREEBSD("FreeBSD"),
  MACOS("macOS"),
  WINDOWS("Windows");

  private final String meaning;

  Platform(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
