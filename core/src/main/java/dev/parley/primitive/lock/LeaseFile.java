package dev.parley.primitive.lock;

import dev.parley.BadFormatException;
import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// [Kind#LEASE]: numbered files in a directory, the highest of which is the lease; for hosts of
/// which none knows the others' processes.
///
/// Whoever wants it must find the highest given back, or have seen it without any change for its
/// whole time, on his own monotonic clock. Then he links a complete and synced file to the next
/// number: one wins. He looks again: if there is a higher one, he was late, and has lost. The
/// highest is never removed, so numbers only grow.
final class LeaseFile extends ExistenceLockFile {
  private static final int DIGITS = 19;
  private static final int MOST_BYTES = 64 * 1024;

  /// Of the lower numbers, how many stay, so that one who is late finds his number taken.
  private static final int KEPT = 16;

  private static final int LOOKS_PER_TIME = 8;

  /// For how long a record that says no time must not change; at least the observer's own time.
  private static final Duration UNKNOWN = LockOptions.DEFAULT_LEASE;

  private final Kernel kernel;
  private @Nullable Dir leases;
  private @Nullable Sight seen;

  /// What the highest was, and since when it has been so.
  private record Sight(long number, byte[] content, long sinceNanos, Duration time) {}

  LeaseFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
    this.kernel = dir.kernel();
  }

  @Override
  synchronized Dir directory() throws IOException {
    Dir known = leases;
    if (known == null) leases = known = open();
    return known;
  }

  private Dir open() throws IOException {
    Dir opened = dir.openOrMake(name);
    if (!(dir.access() instanceof Access.Outside)) return opened;
    boolean good = false;
    try {
      Access access = Access.outside(kernel.effectiveUserId(), opened.status());
      Dir checked = Dir.verified(kernel, opened.fd(), access);
      good = true;
      return checked;
    } finally {
      if (!good) opened.close();
    }
  }

  @Override
  void closeAll() {
    synchronized (this) {
      if (leases != null) leases.close();
    }
    super.closeAll();
  }

  @Override
  boolean concerns(String changed) {
    return isNumber(changed);
  }

  @Override
  synchronized long longestPauseNanos() {
    Duration time = seen == null ? options.lease() : seen.time();
    return Math.min(super.longestPauseNanos(), time.toNanos() / LOOKS_PER_TIME);
  }

  @Override
  synchronized @Nullable HeldLock take() throws IOException {
    Dir all = directory();
    long highest = highest(all);
    if (highest > 0 && !isOver(all, highest)) return null;
    return make(all, highest + 1);
  }

  // ---- numbers

  static String nameOf(long number) {
    String digits = Long.toString(number);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  private static boolean isNumber(String name) {
    return name.length() == DIGITS && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// Through a descriptor of its own: a file server's client looks anew then.
  private static long highest(Dir all) throws IOException {
    long highest = 0;
    try (Dir fresh = all.reopen()) {
      for (String each : fresh.list().names()) {
        if (isNumber(each)) highest = Math.max(highest, Long.parseLong(each));
      }
    }
    return highest;
  }

  // ---- whether the highest is over

  private boolean isOver(Dir all, long highest) throws IOException {
    long before = kernel.boottimeNanos();
    byte[] content = read(all, highest);
    if (content == null) return false; // there is a higher one by now
    Duration time = options.lease().compareTo(UNKNOWN) > 0 ? options.lease() : UNKNOWN;
    try {
      LeaseRecord record = LeaseRecord.parse(content, all.pathOf(nameOf(highest)));
      if (record.isGivenBack()) return true;
      time = record.time(time);
    } catch (BadFormatException e) {
      // Damaged, and as good as any other: for that long it must not change.
    }
    Sight sight = seen;
    if (sight != null && sight.number() == highest && Arrays.equals(sight.content(), content)) {
      return before - sight.sinceNanos() >= time.toNanos();
    }
    seen = new Sight(highest, content, kernel.boottimeNanos(), time);
    return false;
  }

  private static byte @Nullable [] read(Dir all, long number) throws IOException {
    Fd file = all.tryOpenFile(nameOf(number));
    if (file == null) return null;
    try (file) {
      return all.readFully(file, MOST_BYTES);
    }
  }

  // ---- taking

  private @Nullable HeldLock make(Dir all, long number) throws IOException {
    if (nameOf(number).length() > DIGITS) {
      throw new BadFormatException(all.path() + " has used up its numbers; use another directory");
    }
    LeaseRecord record = LeaseRecord.first(options.lease());
    String temporary = "." + nameOf(number) + "-" + RandomName.hex(12);
    long before = kernel.boottimeNanos();
    Fd file = all.create(temporary, options.mode() == 0 ? all.access().fileMode() : options.mode());
    boolean linked = false;
    boolean taken = false;
    try {
      if (options.mode() != 0) kernel.changeMode(file, options.mode());
      all.writeFully(file, record.bytes());
      kernel.fsync(file);
      Inode.Id id = Inode.Id.of(kernel.status(file));
      linked = link(all, temporary, number, id);
      if (!linked) return null;
      all.sync();
      if (highest(all) > number) {
        all.tryUnlink(nameOf(number));
        return null;
      }
      removeOld(all, number);
      taken = true;
      return new LeaseLock(this, all, number, file, id, record, before);
    } finally {
      removeTemporary(all, temporary);
      if (!taken) {
        try (file) {
          if (linked) giveBack(all, file, record);
        }
      }
    }
  }

  /// So that nobody waits for one that was taken and never handed out.
  private static void giveBack(Dir all, Fd file, LeaseRecord record) throws IOException {
    all.kernel().rewind(file);
    all.writeFully(file, record.givenBack().bytes());
  }

  /// A file server may make the link and lose its answer: then the name leads to our file.
  private static boolean link(Dir all, String temporary, long number, Inode.Id id)
      throws IOException {
    if (all.link(temporary, all, nameOf(number)) == Move.MOVED) return true;
    FileStatus there = all.statusOf(nameOf(number));
    return there != null && id.equals(Inode.Id.of(there));
  }

  private static void removeOld(Dir all, long number) throws IOException {
    for (String each : all.list().names()) {
      if (isNumber(each) && Long.parseLong(each) <= number - KEPT) all.tryUnlink(each);
    }
  }

  @Override
  public Optional<String> holder() throws IOException {
    Dir all = directory();
    long highest = highest(all);
    byte[] content = highest == 0 ? null : read(all, highest);
    if (content == null) return Optional.empty();
    try {
      LeaseRecord record = LeaseRecord.parse(content, all.pathOf(nameOf(highest)));
      return record.isGivenBack() ? Optional.empty() : Optional.of(record.holder());
    } catch (BadFormatException e) {
      return Optional.of("somebody whose record is damaged: " + e.getMessage());
    }
  }
}
