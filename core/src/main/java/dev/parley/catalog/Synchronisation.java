package dev.parley.catalog;

/// How one waits.
public enum Synchronisation implements Term {
  BLOCKING("a call can sleep until it is its turn"),
  NON_BLOCKING("a call can answer at once"),
  SELECTABLE("poll(2) and epoll(7) wait for it"),
  WATCHABLE("inotify(7) tells when it changes");

  private final String meaning;

  Synchronisation(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
