package dev.parley.catalog;

/// What may be relied on against others.
public enum Protection implements Term {
  ACCESS_CHECKED("the kernel keeps out whom the permissions exclude"),
  PEER_KNOWN("the kernel says who the peer is"),
  UNREACHABLE("no name: only those it was handed to reach it"),
  COPIED("a copy, unless pages were spliced in: those may change afterwards"),
  UNCHANGEABLE("what was sent cannot be changed afterwards"),
  ADVISORY("binds only those who ask"),
  EXPOSED("nothing keeps others out");

  private final String meaning;

  Protection(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
