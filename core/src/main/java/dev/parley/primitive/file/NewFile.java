package dev.parley.primitive.file;

import dev.parley.sys.Fd;
import java.io.IOException;

/// Makes files that have their content and their mode before they have their name, so nobody meets
/// one half made.
public final class NewFile {
  private NewFile() {}

  /// Writes a file's content.
  public interface Content {
    void writeTo(Fd file) throws IOException;
  }

  /// Makes a file, unless the name is taken.
  ///
  /// Killed before it has its name, it leaves nothing; on filesystems without O_TMPFILE a
  /// [TemporaryFile].
  ///
  /// @param mode its permission bits, whatever the umask
  /// @param durable whether its content is synced first; its name takes [Dir#sync]
  /// @return false if the name is taken
  public static boolean make(Dir dir, String name, int mode, byte[] content, boolean durable)
      throws IOException {
    return make(dir, name, mode, file -> dir.writeFully(file, content), durable);
  }

  public static boolean make(Dir dir, String name, int mode, Content content, boolean durable)
      throws IOException {
    try (UnnamedFile file = UnnamedFile.tryIn(dir)) {
      if (file != null) {
        fill(dir, file.fd(), mode, content, durable);
        Move made = file.tryName(name);
        if (made != null) return made == Move.MOVED;
      }
    }
    try (TemporaryFile file = TemporaryFile.in(dir)) {
      fill(dir, file.fd(), mode, content, durable);
      return file.move(name) == Move.MOVED;
    }
  }

  private static void fill(Dir dir, Fd file, int mode, Content content, boolean durable)
      throws IOException {
    content.writeTo(file);
    dir.setMode(file, mode);
    if (durable) dir.kernel().fsync(file);
  }
}
