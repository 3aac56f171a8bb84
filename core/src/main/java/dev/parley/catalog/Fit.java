package dev.parley.catalog;

/// Whether a primitive meets a need.
public enum Fit implements Term {
  YES("meets it"),
  PARTLY("meets it in part, or with something added"),
  NO("does not meet it");

  private final String meaning;

  Fit(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
