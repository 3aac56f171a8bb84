package dev.parley.catalog;

/// What bounds one message.
public enum MessageSize implements Term {
  NONE("no payload"),
  WORD("a number or a name"),
  KILOBYTES("a kernel limit, some kilobytes"),
  BUFFER("the kernel's buffer"),
  STREAM("no messages: frame them yourself"),
  MEMORY("the memory that is shared"),
  DISK("the room on the filesystem");

  private final String meaning;

  MessageSize(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
