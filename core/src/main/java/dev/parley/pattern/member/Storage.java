package dev.parley.pattern.member;

import dev.parley.Durability;
import dev.parley.DurabilityException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What the filesystem below a space keeps across a power cut.
///
/// Spool files move by rename without a sync for each move, so a durable message needs a filesystem
/// whose renames land whole or not at all. Where they do not, and in memory, durable sends are
/// refused.
public record Storage(Filesystem filesystem) {
  /// @throws UnsafePathException if processes of other hosts may use it, where locks prove nothing
  public static Storage of(Dir dir) throws IOException {
    Filesystem filesystem = Filesystem.of(dir);
    if (filesystem.sharedBetweenHosts()) {
      throw new UnsafePathException(
          dir.path()
              + " is on "
              + filesystem.name()
              + ", which other hosts may use too; a lock there says nothing"
              + " about who is alive. Choose a directory on a local filesystem");
    }
    return new Storage(filesystem);
  }

  public boolean keepsDurableSends() {
    return filesystem.renamesAreWhole() && !filesystem.inMemory();
  }

  public Durability defaultDurability() {
    return keepsDurableSends() ? Durability.GROUP : Durability.NONE;
  }

  /// What a send means that asked for `wanted`.
  ///
  /// @throws DurabilityException if it cannot be kept here
  public Durability resolve(Optional<Durability> wanted, String path) throws DurabilityException {
    Durability durability = wanted.orElse(defaultDurability());
    if (durability != Durability.NONE && !keepsDurableSends()) {
      throw new DurabilityException(
          path
              + " is on "
              + filesystem.name()
              + ", which cannot keep a message across a power cut; send with"
              + " durability none, or put the space on a journalled disk filesystem");
    }
    return durability;
  }

  public List<String> warnings(String path) {
    if (keepsDurableSends()) return List.of();
    return List.of(
        path
            + " is on "
            + filesystem.name()
            + (filesystem.inMemory()
                ? ": all is gone after a reboot"
                : ", which may lose files in a power cut")
            + "; durable sends are refused there");
  }
}
