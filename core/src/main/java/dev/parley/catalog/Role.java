package dev.parley.catalog;

/// What a primitive is for.
public enum Role implements Term {
  MESSAGES("carries messages, each with its boundaries"),
  STREAM("carries bytes without boundaries"),
  LOG("keeps what was written, to be read again"),
  STATE("holds a value that all can look at"),
  EXCLUSION("lets one in and keeps the others out"),
  SHARED_EXCLUSION("lets several readers in, or one writer"),
  NOTIFICATION("wakes those who wait"),
  HANDOVER("passes open descriptors"),
  SWITCH("moves everybody to another version in one step"),
  INSPECTION("shows what others hold and do");

  private final String meaning;

  Role(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
