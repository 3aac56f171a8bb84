package dev.parley.catalog;

/// Which way data flows.
public enum Direction implements Term {
  NONE("carries no data"),
  ONE_WAY("from senders to receivers"),
  TWO_WAY("both sides send"),
  BROADCAST("to everyone who looks"),
  MULTICAST("to several who were chosen");

  private final String meaning;

  Direction(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
