package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.*;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// What the filesystem is, and what one process alone can see of it.
final class FilesystemExaminations {
  private static final int LONGEST_NAME = 255;

  private final Dir dir;
  private final Filesystem filesystem;

  FilesystemExaminations(Ward ward, Filesystem filesystem) {
    this.dir = ward.dir();
    this.filesystem = filesystem;
  }

  void run(Doctor doctor) throws IOException {
    doctor.examine(LOCAL, this::local);
    doctor.examine(SURVIVES_POWER_CUT, this::survivesPowerCut);
    doctor.examine(OVERWRITES_HAVE_ROOM, this::overwritesHaveRoom);
    doctor.examine(DIRECTORY_SYNC, this::directorySync);
    doctor.examine(RENAME_EXCHANGES, this::renameExchanges);
    doctor.examine(UNNAMED_FILES, this::unnamedFiles);
    doctor.examine(XATTRS, this::xattrs);
    doctor.examine(NAME_LENGTH, this::nameLength);
    doctor.examine(DISTINCT_NAMES, this::distinctNames);
    doctor.examine(FRESH_MTIME, this::freshMtime);
  }

  private Finding local() {
    if (filesystem.sharedBetweenHosts()) {
      return Finding.broken(LOCAL, filesystem.name() + " can be used by other hosts too");
    }
    return Finding.holds(LOCAL, filesystem.name() + " belongs to one host");
  }

  private Finding survivesPowerCut() {
    String name = filesystem.name();
    if (filesystem.inMemory()) {
      return Finding.broken(SURVIVES_POWER_CUT, name + " is gone with the power");
    }
    return filesystem.renamesAreWhole()
        ? Finding.holds(SURVIVES_POWER_CUT, name + " is known for it; no running host can try it")
        : Finding.broken(SURVIVES_POWER_CUT, name + " may lose a file's name in a rename");
  }

  private Finding overwritesHaveRoom() throws IOException {
    if (filesystem.copiesOnWrite()) {
      return Finding.broken(
          OVERWRITES_HAVE_ROOM,
          filesystem.name() + " takes new blocks for them, so far as is known");
    }
    try (Fd file = dir.create("allocated")) {
      dir.kernel().allocate(file, 1 << 16);
    }
    return Finding.holds(
        OVERWRITES_HAVE_ROOM, filesystem.name() + " is known to overwrite in place");
  }

  private Finding directorySync() throws IOException {
    try (Fd file = dir.create("synced")) {
      dir.writeFully(file, new byte[] {1});
      dir.kernel().fsync(file);
    }
    dir.sync();
    return Finding.holds(DIRECTORY_SYNC, "a file and its directory were synced");
  }

  private Finding renameExchanges() throws IOException {
    dir.replaceFile("left", new byte[] {1}, false);
    dir.replaceFile("right", new byte[] {2}, false);
    dir.exchange("left", dir, "right");
    boolean exchanged =
        Arrays.equals(dir.tryRead("left", 1), new byte[] {2})
            && Arrays.equals(dir.tryRead("right", 1), new byte[] {1});
    return exchanged
        ? Finding.holds(RENAME_EXCHANGES, "two files have changed names")
        : Finding.broken(RENAME_EXCHANGES, "two files were to change names, and have not");
  }

  private Finding unnamedFiles() throws IOException {
    int flags = Open.TEMPORARY | Open.READ_WRITE;
    try (Fd file = dir.kernel().openAt(dir.fd(), ".", flags, 0600)) {
      dir.writeFully(file, new byte[] {1});
      dir.kernel().linkFileAt(file, dir.fd(), "named");
    }
    return Arrays.equals(dir.tryRead("named", 1), new byte[] {1})
        ? Finding.holds(UNNAMED_FILES, "one was made, filled and given a name")
        : Finding.broken(UNNAMED_FILES, "what was written is not there under the name");
  }

  private Finding xattrs() throws IOException {
    Kernel kernel = dir.kernel();
    String name = "user.parley.doctor";
    byte[] value = {1, 0, 2};
    try (Fd file = dir.create("attributed")) {
      kernel.setAttribute(file, name, value);
      if (!Arrays.equals(kernel.attribute(file, name), value)
          || !kernel.listAttributes(file).contains(name)) {
        return Finding.broken(XATTRS, "an attribute was set, and is not there");
      }
      if (kernel.createAttribute(file, name, value)) {
        return Finding.broken(XATTRS, "XATTR_CREATE has made what was there");
      }
    }
    return Finding.holds(XATTRS, "one was set, read and listed, and not made again");
  }

  private Finding nameLength() throws IOException {
    dir.create("n".repeat(LONGEST_NAME)).close();
    return Finding.holds(NAME_LENGTH, "a name of " + LONGEST_NAME + " bytes was made");
  }

  private Finding distinctNames() throws IOException {
    String composed = "\u00e9";
    String decomposed = "e\u0301";
    String notUtf8 = "byte-\udcff";
    for (String name : List.of("case", composed, notUtf8)) dir.create(name).close();
    if (dir.has("CASE")) {
      return Finding.broken(DISTINCT_NAMES, "'case' and 'CASE' are one file here");
    }
    if (dir.has(decomposed)) {
      return Finding.broken(DISTINCT_NAMES, "two Unicode forms of one letter are one file here");
    }
    return dir.list().names().containsAll(List.of("case", composed, notUtf8))
        ? Finding.holds(DISTINCT_NAMES, "case, Unicode form and a byte that is no UTF-8 were kept")
        : Finding.broken(DISTINCT_NAMES, "a name is listed in another form than it was made in");
  }

  private Finding freshMtime() throws IOException {
    long before = dir.status().modifiedNanos();
    long deadline = dir.kernel().boottimeNanos() + 2_000_000_000L;
    for (int i = 0; dir.kernel().boottimeNanos() < deadline; i++) {
      dir.create("fresh-" + i).close();
      long after = dir.status().modifiedNanos();
      if (after > before) {
        String evidence = "it moved on " + (after - before) / 1_000_000.0 + " ms after its last";
        return Finding.holds(FRESH_MTIME, evidence);
      }
    }
    return Finding.broken(FRESH_MTIME, "it stood still for two seconds of changes");
  }
}
