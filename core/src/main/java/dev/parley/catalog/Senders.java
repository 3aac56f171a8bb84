package dev.parley.catalog;

/// How many may write, or ask for a lock.
public enum Senders implements Term {
  ONE("one alone"),
  AGREED("any number, if they agree by a lock or a protocol"),
  MANY("any number at once");

  private final String meaning;

  Senders(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
