package dev.parley.doctor;

import java.util.Locale;

/// What Parley takes on trust of a mount. Source: book 0.5, POSIX.1-2024, and the Linux manual page
/// of each call.
public enum Guarantee {
  LOCAL("only processes of this host use it"),
  RENAME_ONCE("of several renames of one file, one succeeds"),
  RENAME_REPLACES_WHOLE("a file that is renamed over another is seen whole, the old or the new"),
  RENAME_WITHOUT_REPLACING(
      "renameat2 with RENAME_NOREPLACE: of several renames to one name, one succeeds"),
  RENAME_EXCHANGES("renameat2 with RENAME_EXCHANGE: two names get each other's file in one step"),
  UNNAMED_FILES("O_TMPFILE: a file without a name, to which a link gives one"),
  LINK_ONCE("of several links to one name, one succeeds"),
  UNLINK_ONCE("of several unlinks of one name, one succeeds"),
  CREATE_ONCE("of several opens with O_EXCL, one succeeds"),
  MKDIR_ONCE("of several mkdirs of one name, one succeeds"),
  RMDIR_ONLY_EMPTY("rmdir removes nothing that somebody still puts into the directory"),
  APPENDS_STAY_WHOLE("O_APPEND: no write lands inside another"),
  LOCKS_END_WITH_THEIR_HOLDER("a killed holder's locks are free"),
  FLOCK_EXCLUDES("flock locks exclude each other, and are blind to fcntl locks"),
  OFD_LOCKS_EXCLUDE("open file description locks exclude each other and POSIX locks"),
  POSIX_LOCKS_EXCLUDE("POSIX locks exclude other processes' POSIX locks, and OFD locks"),
  WAITS_END_BY_SIGNAL("a signal ends the wait for a lock (EINTR)"),
  OVERWRITES_HAVE_ROOM("preallocated space can be overwritten, however full the disk is"),
  DIRECTORY_SYNC("fsync of a directory works"),
  SURVIVES_POWER_CUT(
      "what was synced survives a power cut, and a rename lands whole or not at all"),
  XATTRS("extended attributes user.*: kept, listed, and made once"),
  INOTIFY("inotify tells what other processes do"),
  SHARED_MAPPINGS("processes that map a file see each other's stores, and read(2) sees them"),
  SOCKETS("processes meet at a Unix socket's file"),
  FIFOS("FIFOs carry bytes between processes"),
  DISTINCT_NAMES("names that differ are different: case, Unicode form and any byte but / and NUL"),
  NAME_LENGTH("names of 255 bytes"),
  FRESH_MTIME("a change in a directory shows in its modification time");

  private final String meaning;

  Guarantee(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /// The name for people and scripts: `rename-once`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
