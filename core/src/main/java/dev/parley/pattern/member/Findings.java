package dev.parley.pattern.member;

import dev.parley.BadFormatException;
import dev.parley.Space.Finding;
import dev.parley.UnknownFormatException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a check of a space finds, and mends if it was asked to.
public final class Findings {
  private static final long LEFTOVER_NANOS = Duration.ofMinutes(10).toNanos();

  private final String root;
  private final boolean repair;
  private final List<Finding> all = new ArrayList<>();

  /// @param root the path of the space; findings are relative to it
  public Findings(String root, boolean repair) {
    this.root = root;
    this.repair = repair;
  }

  /// Mends what was found.
  public interface Repair {
    void run() throws IOException;
  }

  /// Looks at something, and throws what is wrong with it.
  public interface Look {
    void run() throws IOException;
  }

  /// Reads the settings in `root/file`, and reports what is wrong with them: damaged ones are kept
  /// aside and replaced by the defaults, those of another version are left alone.
  ///
  /// @return whether they can be read, by now
  public boolean checkSettings(Dir root, String file, Look read, Repair writeDefaults)
      throws IOException {
    String path = root.pathOf(file);
    try {
      read.run();
      return true;
    } catch (UnknownFormatException e) {
      report(path, String.valueOf(e.getMessage()), "nothing; it is not for this version");
      return false;
    } catch (UnsafePathException e) {
      report(path, String.valueOf(e.getMessage()), "nothing; look at it yourself");
      return false;
    } catch (BadFormatException e) {
      boolean there = root.has(file);
      String damaged = file + ".damaged";
      report(
          path,
          there ? String.valueOf(e.getMessage()) : "it is missing",
          (there ? "keep it as " + damaged + " and " : "") + "write the defaults",
          () -> {
            if (there) root.replace(file, damaged);
            writeDefaults.run();
          });
      return repair && root.has(file);
    }
  }

  /// Reports something that a repair mends, and mends it if asked to.
  public void report(String path, String problem, String remedy, Repair how) {
    if (!repair) {
      add(path, problem, remedy, false);
      return;
    }
    try {
      how.run();
      add(path, problem, remedy, true);
    } catch (IOException e) {
      add(path, problem, remedy + ", which failed: " + e.getMessage(), false);
    }
  }

  /// Reports something that a person has to look at.
  public void report(String path, String problem, String remedy) {
    add(path, problem, remedy, false);
  }

  private void add(String path, String problem, String remedy, boolean repaired) {
    String relative = path.startsWith(root + "/") ? path.substring(root.length() + 1) : path;
    all.add(new Finding(relative, problem, remedy, repaired));
  }

  /// In the order of the paths.
  public List<Finding> all() {
    return all.stream().sorted(Comparator.comparing(Finding::path)).toList();
  }

  /// Opens a folder that must be there. A folder that is missing, or not safe to enter, is a
  /// finding.
  ///
  /// @return null if it cannot be looked into
  public @Nullable Dir open(Dir parent, String name) throws IOException {
    try {
      Dir dir = parent.tryOpen(name);
      if (dir != null) return dir;
      report(
          parent.pathOf(name),
          "the folder is missing",
          "make it",
          () -> parent.openOrMake(name).close());
      return repair ? parent.tryOpen(name) : null;
    } catch (UnsafePathException e) {
      report(parent.pathOf(name), String.valueOf(e.getMessage()), "nothing; look at it yourself");
      return null;
    }
  }

  /// Reports what was being made when its maker died: names that start with a dot, and have been
  /// there for a while.
  public void reportLeftovers(Dir dir) throws IOException {
    for (String name : dir.list().names()) {
      if (!name.startsWith(".") || name.equals(".lock")) continue;
      FileStatus status = dir.statusOf(name);
      if (status == null) continue;
      long age = dir.kernel().realtimeNanos() - status.changedNanos();
      if (age < LEFTOVER_NANOS) continue;
      report(
          dir.pathOf(name),
          "somebody died while making it",
          "remove it",
          () -> {
            if (status.isDirectory()) dir.removeTree(name);
            else dir.tryUnlink(name);
          });
    }
  }
}
