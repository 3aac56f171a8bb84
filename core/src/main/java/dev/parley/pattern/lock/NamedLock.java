package dev.parley.pattern.lock;

import dev.parley.BadFormatException;
import dev.parley.InvalidNameException;
import dev.parley.pattern.member.Epoch;
import dev.parley.pattern.member.Names;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A lock with a name in a space: an OFD lock on byte 0 of `locks/NAME`, and a token that never
/// repeats for this name, not even after a power cut.
///
/// Guarantees and non-promises are those of [LockFile]. Each grant, shared ones included, has a
/// token larger than every earlier one. What the file says of its holder explains, and decides
/// nothing. See `docs/layout.md`, section 8.
public final class NamedLock implements AutoCloseable {
  private final SpaceFolder folder;
  private final Dir locks;
  private final String name;
  private final Optional<String> command;
  private final LockFile file;

  private NamedLock(SpaceFolder folder, Dir locks, String name, Optional<String> command) {
    this.folder = folder;
    this.locks = locks;
    this.name = name;
    this.command = command;
    this.file = LockFile.at(locks, name, LockOptions.of(Kind.OFD).withRange(0, 1));
  }

  /// Opens the lock of that name in the space at `space`.
  ///
  /// @param create whether to make the space if it is not there
  /// @param command what others are shown as its holder's command; empty is the process's command
  ///   line
  /// @throws InvalidNameException if nothing can be called that
  public static NamedLock open(
      Kernel kernel, Path space, boolean create, String name, Optional<String> command)
      throws IOException {
    Names.lock(name);
    SpaceFolder folder = SpaceFolder.open(kernel, space, create, Optional.empty());
    boolean good = false;
    try {
      NamedLock lock = new NamedLock(folder, folder.open(SpaceFolder.LOCKS), name, command);
      good = true;
      return lock;
    } finally {
      if (!good) folder.close();
    }
  }

  /// Takes it if that is possible now.
  public Optional<HeldLock> tryAcquire(LockKind mode) throws IOException {
    Optional<HeldLock> held = file.tryAcquire(mode);
    return held.isEmpty() ? held : Optional.of(granted(held.get()));
  }

  /// Takes it, waiting `atMost` that long.
  public Optional<HeldLock> acquire(LockKind mode, Duration atMost)
      throws IOException, InterruptedException {
    Optional<HeldLock> held = file.acquire(mode, atMost);
    return held.isEmpty() ? held : Optional.of(granted(held.get()));
  }

  /// Takes it, waiting without limit.
  public HeldLock acquire(LockKind mode) throws IOException, InterruptedException {
    return granted(file.acquire(mode));
  }

  private HeldLock granted(HeldLock held) throws IOException {
    boolean good = false;
    try {
      Epoch epoch = Epoch.current(folder);
      HeldLock granted = new Grant(held, LockRecord.next(locks, name, epoch, held.mode(), command));
      good = true;
      return granted;
    } finally {
      if (!good) held.close();
    }
  }

  /// Who holds it, in words; empty if nobody does.
  public Optional<String> holder() throws IOException {
    return LockRecord.holder(locks, name);
  }

  public String path() {
    return file.path();
  }

  @Override
  public void close() {
    file.close();
    locks.close();
    folder.close();
  }

  /// A lock that is there.
  ///
  /// @param holder in words; empty if nobody holds it
  public record Info(String name, Optional<String> holder) {}

  /// The locks of the space, held or not.
  ///
  /// @throws IOException if there is no space
  public static List<Info> list(Kernel kernel, Path space) throws IOException {
    List<Info> all = new ArrayList<>();
    try (SpaceFolder folder = SpaceFolder.open(kernel, space, false, Optional.empty());
        Dir locks = folder.open(SpaceFolder.LOCKS)) {
      for (String each : locks.names()) {
        if (Names.isLock(each)) all.add(new Info(each, LockRecord.holder(locks, each)));
      }
    }
    return all;
  }

  /// @throws BadFormatException if what a check finds in `locks` under that name is no lock's file
  public static void check(Dir locks, String name) throws IOException {
    LockRecord.lastToken(locks, name);
  }
}
