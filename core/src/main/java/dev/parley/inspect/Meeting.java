package dev.parley.inspect;

import dev.parley.catalog.Catalog;
import dev.parley.catalog.Primitive;
import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.presence.Presence;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.FileStatus;
import java.util.ArrayList;
import java.util.List;

/// Which primitives of the catalog fit a kind of file, here.
final class Meeting {
  private static final List<String> LOCKS = List.of("flock", "ofd-lock", "posix-lock");

  private Meeting() {}

  static List<Primitive> at(
      String kind, FileStatus status, Filesystem filesystem, Presence presence) {
    List<String> names = new ArrayList<>(byKind(kind, status, presence));
    if (filesystem.sharedBetweenHosts()) {
      // Other hosts' doings are not told, and their memory is their own.
      names.removeAll(List.of("inotify", "mapped-file", "shared-memory-queue"));
      names.removeAll(List.of("shared-memory-lock"));
    }
    if (filesystem.computed()) names.retainAll(List.of("proc-files"));
    return names.stream().flatMap(name -> Catalog.primitive(name).stream()).toList();
  }

  private static List<String> byKind(String kind, FileStatus status, Presence presence) {
    if (status.isSocket()) return sockets(presence);
    return switch (kind) {
      case "memfd" -> List.of("sealed-memfd", "shared-memory-queue", "shared-memory-lock");
      case "shared memory" ->
          List.of("mapped-file", "shared-memory-queue", "shared-memory-lock", "flock", "ofd-lock");
      case "FIFO" -> List.of("fifo");
      case "pipe" -> List.of("anonymous-pipe");
      case "symbolic link" -> List.of("symlink");
      case "directory" ->
          List.of(
              "directory-queue",
              "directory-set",
              "dotlock",
              "git-lockfile",
              "lease",
              "flock",
              "extended-attributes",
              "inotify");
      case "regular file" -> {
        List<String> names = new ArrayList<>(List.of("atomic-write", "append-log", "file-queue"));
        names.addAll(LOCKS);
        names.addAll(List.of("pid-file", "mapped-file", "extended-attributes", "inotify"));
        names.add("proc-files");
        yield names;
      }
      default -> List.of();
    };
  }

  /// The type of those who listen; any, as long as nobody does.
  private static List<String> sockets(Presence presence) {
    for (Tie tie : presence.ties()) {
      if (tie instanceof Tie.Listening listening) {
        return List.of(listening.type() + "-socket", "descriptor-passing");
      }
    }
    return List.of("stream-socket", "datagram-socket", "seqpacket-socket", "descriptor-passing");
  }
}
