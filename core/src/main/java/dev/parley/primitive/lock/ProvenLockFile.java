package dev.parley.primitive.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// [Kind#PID] and [Kind#DOT]: a file that exists as long as its holder lives, with a PID in it.
///
/// Ours is proved by the kernel: its holder has flock and an OFD lock on it, so that a dead one is
/// seen at once and a reused PID means nothing. It is known by its sticky bit and an empty line
/// behind the PID. A stranger's, without a lock on it, is judged by [Stranger].
///
/// On disk, in order: a dot file with the PID; its locks; its second name by link(2), which is the
/// moment of taking; the first name's end. Killed in between, the dot file stays and means nothing.
///
/// Where other hosts may use the filesystem, locks and PIDs prove nothing: there a file says `0`
/// and whatever exists is held.
final class ProvenLockFile extends ExistenceLockFile {
  private static final int STICKY = 01000;
  private static final int MOST_BYTES = 4096;
  private static final Pattern OURS = Pattern.compile("[0-9]{1,10}\n\n");
  private static final Pattern FIRST_NUMBER =
      Pattern.compile("\\s*([0-9]{1,10})(?![0-9]).*", Pattern.DOTALL);

  private final Kernel kernel;

  ProvenLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
    this.kernel = dir.kernel();
  }

  @Override
  boolean concerns(String changed) {
    return changed.equals(name);
  }

  @Override
  @Nullable HeldLock take() throws IOException {
    boolean shared = Filesystem.of(dir).sharedBetweenHosts();
    boolean free = shared ? !dir.has(name) : isFree();
    return free ? make(shared) : null;
  }

  // ---- making it

  private @Nullable HeldLock make(boolean shared) throws IOException {
    String temporary = Inode.temporary(name);
    int permissions = options.mode() == 0 ? dir.access().fileMode() : options.mode();
    int mode = shared ? permissions : permissions | STICKY;
    Fd file = dir.create(temporary, mode);
    ProvenLock lock = null;
    try {
      kernel.changeMode(file, mode);
      ProvenLock made = new ProvenLock(this, file, Inode.Id.of(kernel.status(file)), shared);
      made.nameHolder(ProcessHandle.current().pid());
      // Nobody knows the file yet, so nobody stands against it.
      boolean proved =
          shared
              || (kernel.tryFlock(file, LockKind.EXCLUSIVE)
                  && kernel.trySetLock(file, LockKind.EXCLUSIVE, 0, 0));
      if (proved && link(temporary, made.id())) lock = made;
    } finally {
      if (lock == null) file.close();
      removeTemporary(dir, temporary);
    }
    if (lock != null) lock.begin();
    return lock;
  }

  /// A file server may make the link and lose its answer: then the name leads to our file.
  private boolean link(String temporary, Inode.Id id) throws IOException {
    return dir.link(temporary, dir, name) == Move.MOVED || leads(name, id);
  }

  // ---- judging what is there

  /// Whether the name is free, by now: what a dead holder left is removed. Those who remove hold
  /// flock on it, so that they do it one after the other.
  boolean isFree() throws IOException {
    Fd file;
    try {
      file = dir.tryOpenFile(name);
    } catch (ErrnoException e) {
      if (e.is(Errno.EACCES)) return false; // of somebody who keeps it to himself
      throw e;
    }
    if (file == null) return true;
    try (file) {
      if (!kernel.tryFlock(file, LockKind.EXCLUSIVE)) return false;
      if (kernel.isLockedByOther(file, LockKind.EXCLUSIVE, 0, 0)) return false;
      Inode.Id id = Inode.Id.of(kernel.status(file));
      if (!isDead(file)) return false;
      remove(name, id);
      return true;
    }
  }

  /// Whether the holder of a file without locks is known to be dead.
  private boolean isDead(Fd file) throws IOException {
    String content = content(file);
    FileStatus status = kernel.status(file);
    boolean ours = (status.permissions() & STICKY) != 0;
    if (ours && OURS.matcher(content).matches()) return true;
    return stranger(content, status).isDead();
  }

  private Stranger stranger(String content, FileStatus status) throws IOException {
    Instant written = Instant.ofEpochSecond(0, status.modifiedNanos());
    return Stranger.of(kernel, pidIn(content), written);
  }

  private String content(Fd file) throws IOException {
    byte[] bytes = new byte[MOST_BYTES];
    int length = 0;
    int n;
    do {
      n = kernel.readAt(file, length, bytes, length, bytes.length - length);
      length += n;
    } while (n > 0 && length < bytes.length);
    return new String(bytes, 0, length, US_ASCII);
  }

  /// The number the file begins with, or 0.
  private static long pidIn(String content) {
    Matcher number = FIRST_NUMBER.matcher(content);
    return number.matches() ? Long.parseLong(number.group(1)) : 0;
  }

  @Override
  public Optional<String> holder() throws IOException {
    Fd file;
    try {
      file = dir.tryOpenFile(name);
    } catch (ErrnoException e) {
      if (e.is(Errno.EACCES)) return Optional.of("somebody whose file may not be read");
      throw e;
    }
    if (file == null) return Optional.empty();
    try (file) {
      return Optional.of(stranger(content(file), kernel.status(file)).words());
    }
  }
}
