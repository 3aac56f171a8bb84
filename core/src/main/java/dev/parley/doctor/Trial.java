package dev.parley.doctor;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import dev.parley.sys.Open;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What one process does for an examination, and what it says of it.
enum Trial {
  /// `RACE PRIZES`: goes for the prizes of a [Race]; says which it won, as the bytes of a bit set.
  RACE {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      Race race = Race.valueOf(told.get(0));
      int prizes = Integer.parseInt(told.get(1));
      byte[] won = race.run(scene.dir(), prizes, scene.index()).toByteArray();
      return HexFormat.of().formatHex(won);
    }
  },

  /// `TIMES`: the first process replaces the file `whole` so often; the others read it meanwhile,
  /// as often, and say how often it was missing or not all of one letter.
  REPLACE {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      int times = Integer.parseInt(told.get(0));
      int broken = 0;
      for (int i = 0; i < times; i++) {
        if (scene.index() == 0) {
          scene.dir().replaceFile("whole", letters(i), false);
        } else if (!isWhole(scene.dir().tryRead("whole", WHOLE_BYTES))) {
          broken++;
        }
      }
      return Integer.toString(broken);
    }
  },

  /// `RECORDS`: appends so many to the file `appended`, each in one write.
  APPEND {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      int records = Integer.parseInt(told.get(0));
      Random sizes = new Random(scene.index());
      Kernel kernel = scene.kernel();
      try (Fd file = scene.openExisting("appended", Open.WRITE_ONLY | Open.APPEND)) {
        for (int i = 0; i < records; i++) {
          byte[] record = Appended.record(scene.index(), i, sizes);
          int written = kernel.write(file, record, 0, record.length);
          if (written < record.length) return "short";
        }
      }
      return "whole";
    }
  },

  /// `KIND FILE`: takes a lock on the file and keeps it; says `held` or `busy`.
  LOCK {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      Fd file = scene.openExisting(told.get(1), Open.READ_WRITE);
      boolean held = false;
      try {
        held = LockTried.valueOf(told.get(0)).tryLock(scene.kernel(), file);
        if (held) scene.keep(told.get(1), file);
        return held ? "held" : "busy";
      } finally {
        if (!held) file.close();
      }
    }
  },

  /// `FILE`: lets go of what [#LOCK] took.
  UNLOCK {
    @Override
    String perform(Scene scene, List<String> told) {
      scene.drop(told.get(0));
      return "free";
    }
  },

  /// `FILE TIMES`: maps the file and adds one to its first eight bytes so often.
  ADD {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      int times = Integer.parseInt(told.get(1));
      try (Fd file = scene.openExisting(told.get(0), Open.READ_WRITE);
          Mapping mapping = scene.kernel().map(file, MAPPED_BYTES)) {
        for (int i = 0; i < times; i++) mapping.getAndAddLong(0, 1);
      }
      return "added";
    }
  },

  /// `NAME`: connects to the socket of that name.
  CONNECT {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      try (Fd socket = scene.kernel().socket(Sockets.STREAM)) {
        boolean connected =
            scene.kernel().tryConnect(socket, socketAddress(scene.dir(), told.get(0)));
        return connected ? "connected" : "full";
      }
    }
  },

  /// `NAME`: makes a file of that name.
  MAKE {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      scene.dir().create(told.get(0)).close();
      return "made";
    }
  },

  /// `NAME BYTES`: puts so many bytes into a FIFO.
  FILL {
    @Override
    String perform(Scene scene, List<String> told) throws IOException {
      byte[] bytes = new byte[Integer.parseInt(told.get(1))];
      try (Fd fifo = scene.dir().openFifo(told.get(0))) {
        return Integer.toString(scene.kernel().write(fifo, bytes, 0, bytes.length));
      }
    }
  };

  /// What [#ADD] maps.
  static final int MAPPED_BYTES = 4096;

  private static final int WHOLE_BYTES = 20_000;

  /// @param told what comes after the trial's name and its start
  abstract String perform(Scene scene, List<String> told) throws IOException;

  /// A socket's address in a directory, however long the directory's own path is.
  static byte[] socketAddress(Dir dir, String name) throws IOException {
    byte[] address = Sockets.pathAddress("/proc/self/fd/" + dir.fd().number() + "/" + name);
    if (address == null) throw new IOException(dir.pathOf(name) + " is too long for a socket");
    return address;
  }

  /// What [#REPLACE] writes the `i`th time.
  static byte[] letters(int i) {
    byte[] bytes = new byte[WHOLE_BYTES];
    Arrays.fill(bytes, (byte) ('a' + i % 26));
    return bytes;
  }

  private static boolean isWhole(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length != WHOLE_BYTES) return false;
    for (byte b : bytes) {
      if (b != bytes[0]) return false;
    }
    return true;
  }

  /// Where trials happen.
  static final class Scene {
    private final Dir dir;
    private final int index;
    private final Map<String, Fd> kept = new HashMap<>();

    /// @param index which of the processes this is
    Scene(Dir dir, int index) {
      this.dir = dir;
      this.index = index;
    }

    Dir dir() {
      return dir;
    }

    Kernel kernel() {
      return dir.kernel();
    }

    int index() {
      return index;
    }

    Fd openExisting(String name, int flags) throws IOException {
      Fd file = dir.tryOpenFile(name, flags);
      if (file == null) throw new IOException(dir.pathOf(name) + " is gone");
      return file;
    }

    void keep(String name, Fd fd) {
      kept.put(name, fd);
    }

    void drop(String name) {
      Fd fd = kept.remove(name);
      if (fd != null) fd.close();
    }
  }
}
