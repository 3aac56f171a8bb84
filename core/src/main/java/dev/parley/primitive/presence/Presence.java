package dev.parley.primitive.presence;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.List;

/// Who is at a file, as far as the kernel tells this user.
///
/// Non-promises: it is no snapshot, for processes come and go while it is taken; nobody there is no
/// proof that nobody is, unless [#unseen] is empty. Who may act is for a lock to decide. Source:
/// proc(5), sock_diag(7); book 4.5.3.
///
/// @param ties by process
/// @param unseen what was not told and why, in sentences
public record Presence(List<Tie> ties, List<String> unseen) {
  /// At an open file; open with O_PATH is enough.
  public static Presence at(Kernel kernel, Fd file) throws IOException {
    return new PresenceScan(kernel).of(file);
  }

  /// At a socket with an abstract name.
  ///
  /// @param name without the NUL it begins with; further ones as they are
  public static Presence atAbstract(Kernel kernel, String name) throws IOException {
    return new PresenceScan(kernel).ofAbstract(name);
  }
}
