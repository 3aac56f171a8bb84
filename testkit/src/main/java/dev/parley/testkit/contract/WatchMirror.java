package dev.parley.testkit.contract;

import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What somebody believes to be there who knows only what a watch told him; and how to find out
/// what is.
public final class WatchMirror {
  private final Map<String, String> believed = new TreeMap<>();
  private final List<Change> heard = new ArrayList<>();

  public WatchMirror() {}

  /// Believes what is told.
  ///
  /// @throws AssertionError if it makes no sense, such as the end of what was never there
  public void apply(List<Change> changes) {
    for (Change change : changes) {
      heard.add(change);
      apply(change);
    }
  }

  private void apply(Change change) {
    String path = change.path();
    switch (change.kind()) {
      case PRESENT, APPEARED -> {
        if (believed.put(path, state(change.status())) != null) {
          throw new AssertionError(path + " appeared twice: " + heard);
        }
      }
      case CHANGED -> {
        if (believed.replace(path, state(change.status())) == null) {
          throw new AssertionError(path + " changed and was not there: " + heard);
        }
      }
      case GONE -> {
        if (believed.remove(path) == null) {
          throw new AssertionError(path + " went and was not there: " + heard);
        }
      }
      case MOVED -> move(String.valueOf(change.from()), path);
      case WRITTEN, MISSED, UNSEEN -> {}
    }
  }

  private void move(String from, String to) {
    if (!believed.containsKey(from)) {
      throw new AssertionError(from + " moved and was not there: " + heard);
    }
    believed.keySet().removeIf(path -> path.equals(to) || path.startsWith(to + "/"));
    for (String path : List.copyOf(believed.keySet())) {
      if (!path.equals(from) && !path.startsWith(from + "/")) continue;
      believed.put(to + path.substring(from.length()), String.valueOf(believed.remove(path)));
    }
  }

  private static String state(@Nullable FileStatus status) {
    if (status == null) return "gone already";
    if (!status.isRegular()) return status.kind();
    return status.kind() + " of " + status.sizeBytes() + " bytes";
  }

  public Map<String, String> believed() {
    return believed;
  }

  public List<Change> heard() {
    return heard;
  }

  /// How often something was told of a path.
  public long count(Kind kind, Path path) {
    return heard.stream()
        .filter(change -> change.kind() == kind && change.path().equals(path.toString()))
        .count();
  }

  /// What is believed and is not so, or the other way round.
  public Map<String, String> errors(Path root, boolean recursive) throws IOException {
    Map<String, String> actual = actual(root, recursive);
    Map<String, String> errors = new TreeMap<>();
    for (String path : believed.keySet()) errors.put(path, "told: " + believed.get(path));
    for (String path : actual.keySet()) {
      if (String.valueOf(actual.get(path)).equals(believed.get(path))) errors.remove(path);
      else errors.merge(path, "is: " + actual.get(path), (told, is) -> told + ", " + is);
    }
    return errors;
  }

  /// What is there.
  ///
  /// @param recursive whether below the directories as well
  public static Map<String, String> actual(Path root, boolean recursive) throws IOException {
    Map<String, String> actual = new TreeMap<>();
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return actual;
    Files.walkFileTree(
        root,
        java.util.Set.of(),
        recursive ? Integer.MAX_VALUE : 1,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return visitFile(path, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            actual.put(path.toString(), state(attributes));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
            throw e;
          }
        });
    return actual;
  }

  private static String state(BasicFileAttributes attributes) {
    if (attributes.isRegularFile()) return "regular file of " + attributes.size() + " bytes";
    if (attributes.isDirectory()) return "directory";
    return attributes.isSymbolicLink() ? "symbolic link" : "FIFO";
  }
}
