package dev.parley.catalog;

/// Who gets what was sent.
public enum Receivers implements Term {
  NOBODY("nothing is received"),
  ONE("one receiver"),
  SHARED("any number, each piece goes to one of them"),
  ALL("any number, each sees everything");

  private final String meaning;

  Receivers(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
