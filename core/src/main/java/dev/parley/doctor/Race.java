package dev.parley.doctor;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/// A prize that several processes go for at the same time, by one system call; one of them may get
/// it.
enum Race {
  RENAME(Guarantee.RENAME_ONCE) {
    @Override
    void prepare(Dir dir, int i) throws IOException {
      dir.create(name(i)).close();
    }

    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      try {
        dir.replace(name(i), name(i) + "-" + me);
        return true;
      } catch (ErrnoException e) {
        if (e.is(Errno.ENOENT)) return false;
        throw e;
      }
    }
  },

  RENAME_NO_REPLACE(Guarantee.RENAME_WITHOUT_REPLACING) {
    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      String mine = name(i) + "-" + me;
      dir.create(mine).close();
      return dir.move(mine, dir, name(i)) == Move.MOVED;
    }
  },

  LINK(Guarantee.LINK_ONCE) {
    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      String mine = name(i) + "-" + me;
      dir.create(mine).close();
      return dir.link(mine, dir, name(i)) == Move.MOVED;
    }
  },

  UNLINK(Guarantee.UNLINK_ONCE) {
    @Override
    void prepare(Dir dir, int i) throws IOException {
      dir.create(name(i)).close();
    }

    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      return dir.tryUnlink(name(i));
    }
  },

  CREATE(Guarantee.CREATE_ONCE) {
    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      int flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NO_FOLLOW;
      try (Fd _ = dir.kernel().openAt(dir.fd(), name(i), flags, 0600)) {
        return true;
      } catch (ErrnoException e) {
        if (e.is(Errno.EEXIST)) return false;
        throw e;
      }
    }
  },

  MKDIR(Guarantee.MKDIR_ONCE) {
    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      return dir.tryMake(name(i));
    }
  },

  /// The first process removes a directory, into which the others put something.
  RMDIR(Guarantee.RMDIR_ONLY_EMPTY) {
    @Override
    void prepare(Dir dir, int i) throws IOException {
      dir.tryMake(name(i));
    }

    @Override
    boolean wins(Dir dir, int i, int me) throws IOException {
      if (me == 0) {
        dir.tryRemove(name(i));
        return !dir.has(name(i));
      }
      int flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE;
      try (Fd _ = dir.kernel().openAt(dir.fd(), name(i) + "/" + me, flags, 0600)) {
        return true;
      } catch (ErrnoException e) {
        if (e.is(Errno.ENOENT)) return false;
        throw e;
      }
    }

    @Override
    boolean isFair(List<BitSet> won, int i) {
      boolean removed = won.getFirst().get(i);
      boolean filled = won.stream().skip(1).anyMatch(set -> set.get(i));
      return removed != filled;
    }
  };

  private final Guarantee guarantee;

  Race(Guarantee guarantee) {
    this.guarantee = guarantee;
  }

  Guarantee guarantee() {
    return guarantee;
  }

  String name(int i) {
    return name() + "-" + i;
  }

  /// Puts the prize there, if it is one.
  void prepare(Dir dir, int i) throws IOException {}

  /// Goes for the prize.
  abstract boolean wins(Dir dir, int i, int me) throws IOException;

  /// Whether no more and no fewer got the prize than may.
  ///
  /// @param won what each process says that it won
  boolean isFair(List<BitSet> won, int i) {
    return won.stream().filter(set -> set.get(i)).count() == 1;
  }

  /// Goes for so many, one after the other.
  ///
  /// @return those that were won
  BitSet run(Dir dir, int prizes, int me) throws IOException {
    BitSet won = new BitSet(prizes);
    for (int i = 0; i < prizes; i++) {
      if (wins(dir, i, me)) won.set(i);
    }
    return won;
  }
}
