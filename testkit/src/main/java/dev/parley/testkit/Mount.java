package dev.parley.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small filesystem of its own, mounted for a test. Needs root, the tool that makes such a
/// filesystem and a kernel that knows it; where one is missing, the test that asks is skipped and
/// says which.
public final class Mount implements AutoCloseable {
  private final Path path;
  private final Path image;

  /// What can be mounted.
  public enum Kind {
    TMPFS(0, ""),
    EXT4(64, "mkfs.ext4 -q -F -N 40000"),
    EXT4_WITHOUT_JOURNAL(64, "mkfs.ext4 -q -F -N 40000 -O ^has_journal"),
    XFS(320, "mkfs.xfs -q -f"),
    BTRFS(256, "mkfs.btrfs -q -f");

    private final int megabytes;
    private final String maker;

    Kind(int megabytes, String maker) {
      this.megabytes = megabytes;
      this.maker = maker;
    }
  }

  private Mount(Path path, Path image) {
    this.path = path;
    this.image = image;
  }

  /// Mounts a fresh filesystem, or skips the test.
  public static Mount of(Kind kind) throws IOException, InterruptedException {
    return kind == Kind.TMPFS ? tmpfs("size=256m") : of(kind, InMemory.parent(), kind.megabytes);
  }

  /// The same in an image of `megabytes`, of which only what is written takes room, in `images`.
  public static Mount of(Kind kind, Path images, int megabytes)
      throws IOException, InterruptedException {
    assumeTrue(ProcessHarness.isRoot(), "skipped: mounting " + kind + " needs root");
    Path image = Files.createTempFile(images, "parley-" + kind, ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) megabytes << 20);
    }
    List<String> make = new ArrayList<>(List.of(kind.maker.split(" ")));
    make.add(image.toString());
    assumeWorks(kind + " cannot be made here", image, make);
    return mountImage(image);
  }

  private static Mount mountImage(Path image) throws IOException, InterruptedException {
    Path path = Files.createTempDirectory("parley-mount");
    mount(path, image, "-o", "loop", image.toString(), path.toString());
    Files.setAttribute(path, "unix:mode", 0700);
    return new Mount(path, image);
  }

  /// What the device holds at this moment, mounted anew, as after a power cut; closes this one. The
  /// image has to be on a filesystem that clones files (xfs, btrfs), so that all of it is taken at
  /// one instant.
  public Mount afterPowerCut() throws IOException, InterruptedException {
    Path copy = image.resolveSibling(image.getFileName() + "-cut");
    ProcessHarness.run("cp", "--reflink=always", image.toString(), copy.toString());
    close();
    return mountImage(copy);
  }

  /// Makes every call fail with EIO from now on, as a disk that died does; XFS only. What was not
  /// synced is lost. Skips the test where the tool for it is missing.
  public void breakDown() throws IOException, InterruptedException {
    try {
      ProcessHarness.run("xfs_io", "-x", "-c", "shutdown", path.toString());
    } catch (IOException e) {
      assumeTrue(false, "skipped: breaking a filesystem needs xfs_io: " + e.getMessage());
    }
  }

  /// The same device mounted anew, with nobody left who has files open there; closes this one.
  public Mount again() throws IOException, InterruptedException {
    unmount();
    return mountImage(image);
  }

  /// Mounts a tmpfs with these options of mount(8), such as `size=1m` or `nr_inodes=100`, or skips
  /// the test.
  public static Mount tmpfs(String options) throws IOException, InterruptedException {
    assumeTrue(ProcessHarness.isRoot(), "skipped: mounting a tmpfs needs root");
    Path path = Files.createTempDirectory("parley-mount");
    mount(path, path, "-t", "tmpfs", "-o", options + ",mode=0700", "parley-test", path.toString());
    return new Mount(path, path);
  }

  /// Mounts a directory a second time, for reading only, or skips the test.
  public static Mount readOnly(Path directory) throws IOException, InterruptedException {
    assumeTrue(ProcessHarness.isRoot(), "skipped: a read-only mount needs root");
    Path path = Files.createTempDirectory("parley-mount");
    mount(path, path, "--bind", directory.toString(), path.toString());
    ProcessHarness.run("mount", "-o", "remount,bind,ro", path.toString());
    return new Mount(path, path);
  }

  private static void mount(Path path, Path image, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    try {
      assumeWorks("cannot be mounted here: " + String.join(" ", command), image, command);
    } catch (RuntimeException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private static void assumeWorks(String otherwise, Path image, List<String> command)
      throws IOException, InterruptedException {
    String trouble = "";
    try {
      ProcessHarness.run(command.toArray(String[]::new));
    } catch (IOException | AssertionError e) {
      trouble = String.valueOf(e.getMessage());
      if (Files.isRegularFile(image)) Files.deleteIfExists(image);
    }
    assumeTrue(trouble.isEmpty(), "skipped: " + otherwise + ": " + trouble);
  }

  public Path path() {
    return path;
  }

  /// Unmounts it, even if it is busy, and removes it.
  @Override
  public void close() throws IOException, InterruptedException {
    unmount();
    if (Files.isRegularFile(image)) Files.deleteIfExists(image);
  }

  private void unmount() throws IOException, InterruptedException {
    ProcessHarness.run("umount", "--lazy", path.toString());
    Files.deleteIfExists(path);
  }
}
