package dev.parley.pattern.member;

import dev.parley.EvictedException;
import dev.parley.Member;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// This process as a member: a locked file in `members/`.
public final class LocalMember implements Member, AutoCloseable {
  private final Dir members;
  private final String id;
  private final Fd file;
  private volatile boolean watched;
  private volatile boolean mayBeEvicted;

  private LocalMember(Dir members, String id, Fd file) {
    this.members = members;
    this.id = id;
    this.file = file;
  }

  /// Joins. On disk, in order: a dot file, its lock, its lines, the rename that makes it a member.
  /// Killed before the rename, the dot file stays and means nothing.
  ///
  /// @param command what others are shown; empty is the process's command line
  static LocalMember join(Dir members, Optional<String> command) throws IOException {
    while (true) {
      String id = RandomName.hex(16);
      String newborn = "." + id;
      Fd file = members.create(newborn, members.access().memberFileMode());
      boolean joined = false;
      try {
        boolean locked = members.kernel().trySetLock(file, LockKind.EXCLUSIVE, 0, 1);
        members.writeFully(
            file, PropertiesFile.format(ThisProcess.lines(members.kernel(), "joined", command)));
        if (locked && members.move(newborn, members, id) == Move.MOVED) {
          joined = true;
          return new LocalMember(members, id, file);
        }
        // Somebody took the newborn for a leftover: be born again.
      } finally {
        if (!joined) {
          try (file) {
            members.tryUnlink(newborn);
          }
        }
      }
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Fd descriptor() {
    return file;
  }

  @Override
  public boolean isEvicted() {
    try {
      boolean evicted = members.kernel().status(file).links() == 0;
      if (evicted) mayBeEvicted = true;
      return evicted;
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whoever calls this tells [#lookAgain] of every removal of its file; so there is no need to ask
  /// the kernel each time.
  void setWatched() {
    mayBeEvicted = true;
    watched = true;
  }

  /// Its file may have been removed.
  void lookAgain() {
    mayBeEvicted = true;
  }

  /// Looks at the link count of its file, unless a watch would have told of its removal. This makes
  /// the error prompt; what makes an evicted member harmless is that its folders are removed, and
  /// with them every path it acts on.
  ///
  /// @throws EvictedException if somebody removed its file
  public void requireNotEvicted() throws IOException {
    if (watched && !mayBeEvicted) return;
    mayBeEvicted = false;
    if (members.kernel().status(file).links() > 0) return;
    mayBeEvicted = true;
    throw evicted();
  }

  public EvictedException evicted() {
    return new EvictedException(
        "member "
            + id
            + " of "
            + members.path()
            + " was evicted: somebody removed its file. What it held was given"
            + " back; start again, or open the space again, to join under a new id");
  }

  /// Leaves. The caller has given back everything.
  @Override
  public void close() {
    try {
      if (!isEvicted()) members.tryUnlink(id);
    } catch (IOException | UncheckedIOException e) {
      // A file without a lock stays; somebody reaps it.
    } finally {
      file.close();
    }
  }
}
