package dev.parley.catalog;

/// What it asks of a filesystem.
public enum Filesystem implements Term {
  ANY("nothing special"),
  NONE("no filesystem is involved"),
  ONE_MOUNT("all names on one mount: rename(2) and link(2) do not cross"),
  HARD_LINKS("hard links"),
  SPECIAL_FILES("FIFOs, sockets or symbolic links: not FAT"),
  SHARED_MAPPINGS("coherent shared mappings: not over a network"),
  XATTRS("extended attributes"),
  LOCAL("a local filesystem: over a network others are not seen");

  private final String meaning;

  Filesystem(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
