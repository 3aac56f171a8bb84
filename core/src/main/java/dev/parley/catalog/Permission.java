package dev.parley.catalog;

/// What the kernel checks before it lets a process in.
public enum Permission implements Term {
  FILE_MODE("the file's owner, mode and ACL"),
  DIRECTORY_MODE("the mode of the directories on the way"),
  DESCRIPTOR("nothing: whoever holds the descriptor is in"),
  IPC_MODE("an owner and a mode of the object's own"),
  SAME_USER("the user, or a capability"),
  NONE("nothing: everyone in the namespace is in");

  private final String meaning;

  Permission(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
