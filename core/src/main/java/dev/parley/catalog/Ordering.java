package dev.parley.catalog;

/// In which order it arrives.
public enum Ordering implements Term {
  FIFO("what one sender sends comes in the order sent"),
  CAUSAL("what was sent after seeing another comes after that"),
  PRIORITY("the more important comes first"),
  LATEST("only the last value is there"),
  UNORDERED("no order is promised");

  private final String meaning;

  Ordering(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
