package dev.parley.testkit.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is on a disk after a power cut: the entries of its directories and the bytes of its files.
final class Disk {
  private final List<Node> nodes;
  private final Map<Integer, Map<String, Integer>> entries = new HashMap<>();
  private final Map<Integer, byte[]> contents = new HashMap<>();

  Disk(Recording recording) {
    nodes = recording.nodes();
    recording.before().forEach((directory, names) -> entries.put(directory, new TreeMap<>(names)));
  }

  void set(int directory, String name, int node) {
    Map<String, Integer> names = entries.computeIfAbsent(directory, any -> new TreeMap<>());
    if (node == Event.NOTHING) names.remove(name);
    else names.put(name, node);
  }

  void fill(int file, byte[] bytes) {
    contents.put(file, bytes);
  }

  /// Equal for disks on which the same files have the same names and contents.
  String fingerprint() {
    StringBuilder text = new StringBuilder();
    describe(Recording.ROOT, "", new HashMap<>(), text, true);
    return text.toString();
  }

  /// What ls -R would show, with sizes.
  String listing() {
    StringBuilder text = new StringBuilder();
    describe(Recording.ROOT, "", new HashMap<>(), text, false);
    return text.toString();
  }

  private void describe(
      int directory, String path, Map<Integer, String> seen, StringBuilder text, boolean full) {
    if (seen.putIfAbsent(directory, path) != null) return;
    entries
        .getOrDefault(directory, Map.of())
        .forEach(
            (name, number) -> {
              Node node = nodes.get(number);
              String here = path + name;
              text.append(here).append(' ').append(node.kind).append(' ').append(number);
              text.append(' ').append(Integer.toOctalString(node.permissions));
              if (node.kind == Node.Kind.FILE) {
                byte[] content = content(number);
                text.append(' ').append(content.length);
                if (full) text.append(' ').append(new String(content, ISO_8859_1));
              }
              text.append('\n');
              if (node.isDirectory()) describe(number, here + "/", seen, text, full);
            });
  }

  private byte[] content(int file) {
    return contents.getOrDefault(file, nodes.get(file).original);
  }

  /// Makes all of it below `root`, which is there and empty.
  ///
  /// @return where each inode number of the recorded directory went
  Map<Long, Path> materialise(Path root) throws IOException {
    Map<Integer, Path> made = new HashMap<>();
    materialise(Recording.ROOT, root, made);
    Map<Long, Path> byInode = new HashMap<>();
    made.forEach((number, path) -> byInode.put(nodes.get(number).inode, path));
    return byInode;
  }

  private void materialise(int directory, Path path, Map<Integer, Path> made) throws IOException {
    made.put(directory, path);
    for (Map.Entry<String, Integer> entry : entries.getOrDefault(directory, Map.of()).entrySet()) {
      int number = entry.getValue();
      Node node = nodes.get(number);
      Path child = path.resolve(entry.getKey());
      Path other = made.get(number);
      if (other != null) {
        // A directory in two places is what e2fsck(8) mends by removing one of them.
        if (!node.isDirectory()) Files.createLink(child, other);
        continue;
      }
      switch (node.kind) {
        case DIRECTORY -> {
          Files.createDirectory(child);
          materialise(number, child, made);
        }
        case FILE -> Files.write(child, content(number));
        case SYMLINK -> Files.createSymbolicLink(child, Path.of(new String(node.original, UTF_8)));
        case FIFO -> makeFifo(path, entry.getKey());
      }
      made.put(number, child);
      if (node.kind != Node.Kind.SYMLINK) {
        Files.setAttribute(child, "unix:mode", node.permissions);
      }
    }
    Files.setAttribute(path, "unix:mode", nodes.get(directory).permissions);
  }

  private static void makeFifo(Path directory, String name) throws IOException {
    Kernel kernel = Kernel.linux();
    try (Fd fd = kernel.openAt(Fd.CWD, directory.toString(), Open.READ_ONLY | Open.DIRECTORY, 0)) {
      kernel.makeFifoAt(fd, name, 0600);
    }
  }
}
