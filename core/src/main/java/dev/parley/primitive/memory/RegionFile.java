package dev.parley.primitive.memory;

import dev.parley.EarlierBootException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import dev.parley.sys.Seal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file behind a region, before it is mapped: made so that nobody meets half of it, and trusted
/// only after a look.
///
/// @param file for mapping and locks; its open file description is shared with nobody
/// @param passable for a memfd, the descriptor that may be handed to others
record RegionFile(Fd file, @Nullable Fd passable, RegionLayout layout) implements AutoCloseable {
  private static final int MODE = 0600;
  private static final int OTHERS = 077;
  private static final int SEALS = Seal.SHRINK | Seal.GROW | Seal.SEAL;
  private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
  private static final int BOOT_ID_BYTES = 36;

  /// The byte of an old file that is locked to replace it, behind those of all slots.
  private static final long REPLACING = 1L << 40;

  /// For messages: where it was opened, or what it was received as.
  String path() {
    return passable == null ? file.path() : passable.path();
  }

  @Override
  public void close() {
    file.close();
    if (passable != null) passable.close();
  }

  // ---- files with a name

  /// Opens it, or makes it as `wanted` if there is none, or only one of an earlier boot.
  ///
  /// @param body how the body begins; the rest is zero
  static RegionFile openOrCreate(Dir dir, String name, RegionLayout wanted, byte[] body)
      throws IOException {
    while (true) {
      try {
        RegionFile found = tryOpen(dir, name);
        if (found != null) return found;
        create(dir, name, wanted, body);
      } catch (EarlierBootException e) {
        replace(dir, name, wanted, body);
      }
    }
  }

  /// @throws ErrnoException ENOENT if there is none
  static RegionFile open(Dir dir, String name) throws IOException {
    RegionFile found = tryOpen(dir, name);
    if (found == null) throw new ErrnoException("openat", dir.pathOf(name), Errno.ENOENT);
    return found;
  }

  /// Puts a new one in the place of one of an earlier boot, which nobody uses.
  ///
  /// Of several that do so at once, the first that locks the old one replaces it. The others then
  /// find that the name is another file's, or that the file that they opened is a good one.
  private static void replace(Dir dir, String name, RegionLayout layout, byte[] body)
      throws IOException {
    Kernel kernel = dir.kernel();
    try (Fd old = dir.tryOpenFile(name, Open.READ_WRITE)) {
      if (old == null) return;
      kernel.setLockWait(old, LockKind.EXCLUSIVE, REPLACING, 1);
      FileStatus status = kernel.status(old);
      FileStatus there = dir.statusOf(name);
      if (there == null || there.inode() != status.inode()) return;
      if (isOfEarlierBoot(kernel, old, status)) {
        make(dir, name, layout, body, temporary -> dir.replace(temporary, name));
      }
    }
  }

  private static boolean isOfEarlierBoot(Kernel kernel, Fd file, FileStatus status)
      throws IOException {
    try {
      read(kernel, file, status, file.path());
      return false;
    } catch (EarlierBootException e) {
      return true;
    }
  }

  private static @Nullable RegionFile tryOpen(Dir dir, String name) throws IOException {
    requireMappable(dir);
    Fd file = dir.tryOpenFile(name, Open.READ_WRITE);
    if (file == null) return null;
    boolean good = false;
    try {
      FileStatus status = dir.kernel().status(file);
      requireOurs(dir.kernel(), status, file.path());
      RegionFile found = new RegionFile(file, null, read(dir.kernel(), file, status, file.path()));
      good = true;
      return found;
    } finally {
      if (!good) file.close();
    }
  }

  /// Whoever may write to it may cut it short, which can kill us: only its owner may.
  private static void requireOurs(Kernel kernel, FileStatus status, String path)
      throws UnsafePathException {
    if (status.uid() == kernel.effectiveUserId() && (status.permissions() & OTHERS) == 0) return;
    throw new UnsafePathException(
        path
            + " belongs to user "
            + status.uid()
            + " with mode "
            + Integer.toOctalString(status.permissions())
            + ", and whoever may write to a mapped file can kill those who map it; it has to be"
            + " yours alone (0600). Between users, hand over a sealed memfd");
  }

  private static void requireMappable(Dir dir) throws IOException {
    Filesystem filesystem = Filesystem.of(dir);
    if (!filesystem.copiesOnWrite() && !filesystem.sharedBetweenHosts()) return;
    throw new UnmappableException(
        dir.path()
            + " is on "
            + filesystem.name()
            + (filesystem.sharedBetweenHosts()
                ? ", where other hosts do not see what is written to memory"
                : ", where a full disk may take mapped memory away")
            + "; use /dev/shm, $XDG_RUNTIME_DIR, ext4 or xfs");
  }

  /// Does nothing if the name is taken.
  private static void create(Dir dir, String name, RegionLayout layout, byte[] body)
      throws IOException {
    make(
        dir,
        name,
        layout,
        body,
        temporary -> {
          if (dir.link(temporary, dir, name) == Move.MISSING) {
            throw new ErrnoException("linkat", dir.pathOf(temporary), Errno.ENOENT);
          }
        });
  }

  /// Gives a file its name.
  private interface Publish {
    void publish(String temporary) throws IOException;
  }

  /// On disk, in order: the file under a name that starts with a dot; its room; its header; its own
  /// name, by link or rename; the first name goes. Killed before that, the dot file stays.
  private static void make(Dir dir, String name, RegionLayout layout, byte[] body, Publish publish)
      throws IOException {
    String temporary = "." + name + "-" + RandomName.hex(12);
    try (Fd file = dir.create(temporary, MODE)) {
      write(dir.kernel(), file, layout, body);
      publish.publish(temporary);
    } finally {
      dir.tryUnlink(temporary);
    }
  }

  // ---- memfds

  /// Makes a sealed one.
  static RegionFile anonymous(Kernel kernel, String name, RegionLayout layout, byte[] body)
      throws IOException {
    Fd passable = kernel.memfdCreate(name);
    boolean good = false;
    try {
      write(kernel, passable, layout, body);
      kernel.addSeals(passable, SEALS);
      RegionFile made = new RegionFile(reopen(kernel, passable), passable, layout);
      good = true;
      return made;
    } finally {
      if (!good) passable.close();
    }
  }

  /// Looks at one that somebody handed over. `fd` stays the caller's.
  ///
  /// @throws UnmappableException unless it is sealed against whoever else has it
  static RegionFile received(Kernel kernel, Fd fd) throws IOException {
    int seals;
    try {
      seals = kernel.seals(fd);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL)) throw e;
      seals = 0;
    }
    if ((seals & SEALS) != SEALS) {
      throw new UnmappableException(
          fd.path()
              + " is no memfd that is sealed against shrinking, growing and other seals, so whoever"
              + " else has it could take the memory away; refuse it, and whoever sent it");
    }
    Fd passable = kernel.duplicate(fd);
    boolean good = false;
    try {
      Fd file = reopen(kernel, passable);
      try {
        RegionLayout layout = read(kernel, file, kernel.status(file), passable.path());
        good = true;
        return new RegionFile(file, passable, layout);
      } finally {
        if (!good) file.close();
      }
    } finally {
      if (!good) passable.close();
    }
  }

  /// The same file in an open file description of our own: locks belong to those, and a descriptor
  /// that was handed over shares its description with the sender.
  private static Fd reopen(Kernel kernel, Fd memfd) throws IOException {
    try {
      return kernel.openAt(Fd.CWD, "/proc/self/fd/" + memfd.number(), Open.READ_WRITE, 0);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) throw e;
      throw new UnmappableException(
          memfd.path() + " has to be opened anew through /proc, which is not mounted here");
    }
  }

  // ---- content

  private static void write(Kernel kernel, Fd file, RegionLayout layout, byte[] body)
      throws IOException {
    try {
      kernel.allocate(file, layout.sizeBytes());
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) throw e;
      throw new UnmappableException(
          file.path()
              + " is on a filesystem that cannot reserve room (fallocate), so a full disk could take"
              + " mapped memory away; use /dev/shm, $XDG_RUNTIME_DIR, ext4 or xfs");
    }
    writeAt(kernel, file, layout.body(), body);
    writeAt(kernel, file, 0, layout.header(bootId(kernel)));
  }

  private static void writeAt(Kernel kernel, Fd file, long position, byte[] bytes)
      throws IOException {
    int written = 0;
    while (written < bytes.length) {
      written += kernel.writeAt(file, position + written, bytes, written, bytes.length - written);
    }
  }

  private static RegionLayout read(Kernel kernel, Fd file, FileStatus status, String path)
      throws IOException {
    byte[] header = readAt(kernel, file, 0, RegionLayout.HEADER_BYTES);
    return RegionLayout.parse(header, status.sizeBytes(), bootId(kernel), path);
  }

  /// The bytes from `position` on, fewer than `most` at the file's end.
  byte[] read(Kernel kernel, long position, int most) throws IOException {
    return readAt(kernel, file, position, most);
  }

  private static byte[] readAt(Kernel kernel, Fd file, long position, int most) throws IOException {
    byte[] bytes = new byte[most];
    int length = 0;
    while (length < most) {
      int read = kernel.readAt(file, position + length, bytes, length, most - length);
      if (read == 0) break;
      length += read;
    }
    return Arrays.copyOf(bytes, length);
  }

  private static UUID bootId(Kernel kernel) throws IOException {
    try (Fd file = kernel.openAt(Fd.CWD, BOOT_ID, Open.READ_ONLY, 0)) {
      byte[] text = readAt(kernel, file, 0, BOOT_ID_BYTES);
      return UUID.fromString(new String(text, StandardCharsets.US_ASCII));
    }
  }
}
