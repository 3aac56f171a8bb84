package dev.parley.catalog;

/// What a process leaves that is killed half way.
public enum Death implements Term {
  RELEASED("the kernel takes back what it held"),
  WHOLE("what is visible is whole"),
  RETURNED("what it had taken comes again"),
  LOST("what it had taken is lost"),
  TORN("half a record may remain, to be recognised"),
  STALE("its mark remains; somebody must judge it dead"),
  BROKEN("shared data may be half changed");

  private final String meaning;

  Death(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
