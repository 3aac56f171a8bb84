package dev.parley.catalog;

/// Whether data is copied on its way.
public enum Transfer implements Term {
  NONE("no data"),
  SHARED("both sides see the same memory"),
  REFERENCE("a descriptor moves, the data stays"),
  SPLICED("copied, unless splice(2) or tee(2) move its pages"),
  COPIED("copied into the kernel and out");

  private final String meaning;

  Transfer(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
