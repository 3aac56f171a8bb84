package dev.parley.catalog;

/// Whether scripts can use it.
public enum Shell implements Term {
  EVERYDAY("with the tools of every system"),
  TOOL("with a tool made for it"),
  NONE("only from programs");

  private final String meaning;

  Shell(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
