package dev.parley.catalog;

/// What one message or lock costs, by order of magnitude. A sync, where one is asked for, costs
/// more than all of these.
public enum Performance implements Term {
  MEMORY("loads and stores; a system call only to sleep and wake"),
  SYSTEM_CALL("a system call or two"),
  FILE_DATA("several system calls on the data of a file"),
  NAMES("several system calls, some change a directory");

  private final String meaning;

  Performance(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
