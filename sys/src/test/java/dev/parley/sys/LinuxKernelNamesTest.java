package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names and directories, and the errors they meet.
class LinuxKernelNamesTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd dir;

  interface Act {
    void run() throws Exception;
  }

  @BeforeEach
  void open() throws ErrnoException {
    dir = kernel.openAt(Fd.CWD, temp.toString(), Open.DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  // ---- what each call does

  @Test
  void everyKindOfNameIsMadeAndTold() throws Exception {
    touch("file");
    kernel.makeDirectoryAt(dir, "dir", 0700);
    kernel.makeFifoAt(dir, "fifo", 0600);
    kernel.symlinkAt("file", dir, "link");
    assertThat(kernel.statusAt(dir, "file").isRegular()).isTrue();
    assertThat(kernel.statusAt(dir, "dir").isDirectory()).isTrue();
    assertThat(kernel.statusAt(dir, "fifo").isFifo()).isTrue();
    assertThat(kernel.statusAt(dir, "link").isSymlink()).as("not followed").isTrue();
    assertThat(kernel.readLinkAt(dir, "link")).isEqualTo("file");
    assertThat(kernel.statusAt(Fd.CWD, "/dev/null").kind()).isEqualTo("character device");
  }

  @Test
  void aFileWithoutANameGetsOneLater() throws Exception {
    touch("taken");
    try (Fd file = kernel.openAt(dir, ".", Open.TEMPORARY | Open.READ_WRITE, 0600)) {
      kernel.write(file, new byte[] {7}, 0, 1);
      assertThat(kernel.status(file).links()).isZero();
      assertThat(kernel.readDirectory(dir)).containsExactly("taken");
      assertFails(Errno.EEXIST, () -> kernel.linkFileAt(file, dir, "taken"));
      kernel.linkFileAt(file, dir, "name");
      assertThat(kernel.status(file).links()).isEqualTo(1);
    }
    assertThat(Files.readAllBytes(temp.resolve("name"))).containsExactly(7);
    int never = Open.TEMPORARY | Open.EXCLUSIVE | Open.READ_WRITE;
    try (Fd file = kernel.openAt(dir, ".", never, 0600)) {
      assertFails(Errno.ENOENT, () -> kernel.linkFileAt(file, dir, "other"));
    }
  }

  @Test
  void twoNamesAreExchanged() throws Exception {
    touch("file");
    kernel.makeDirectoryAt(dir, "dir", 0700);
    kernel.renameExchangeAt(dir, "file", dir, "dir");
    assertThat(kernel.statusAt(dir, "dir").isRegular()).isTrue();
    assertThat(kernel.statusAt(dir, "file").isDirectory()).isTrue();
    assertFails(Errno.ENOENT, () -> kernel.renameExchangeAt(dir, "file", dir, "none"));
  }

  @Test
  void aLinkIsASecondNameAndReplacesNothing() throws Exception {
    touch("one");
    kernel.linkAt(dir, "one", dir, "two");
    assertThat(kernel.statusAt(dir, "two").links()).isEqualTo(2);
    assertThat(kernel.statusAt(dir, "two").inode()).isEqualTo(kernel.statusAt(dir, "one").inode());
    assertFails(Errno.EEXIST, () -> kernel.linkAt(dir, "one", dir, "two"));
    kernel.symlinkAt("one", dir, "link");
    kernel.linkAt(dir, "link", dir, "link2");
    assertThat(kernel.statusAt(dir, "link2").isSymlink()).as("the symlink itself").isTrue();
  }

  @Test
  void aRenameReplacesAndTheCarefulOneDoesNot() throws Exception {
    long one = touch("one");
    long two = touch("two");
    assertFails(Errno.EEXIST, () -> kernel.renameNoReplaceAt(dir, "one", dir, "two"));
    assertThat(kernel.statusAt(dir, "two").inode()).isEqualTo(two);
    kernel.renameAt(dir, "one", dir, "two");
    assertThat(kernel.statusAt(dir, "two").inode()).isEqualTo(one);
    kernel.renameNoReplaceAt(dir, "two", dir, "three");
    assertThat(kernel.statusAt(dir, "three").inode()).isEqualTo(one);
  }

  @Test
  void filesAndDirectoriesAreRemovedEachByItsOwnCall() throws Exception {
    touch("file");
    kernel.makeDirectoryAt(dir, "dir", 0700);
    assertFails(Errno.EISDIR, () -> kernel.unlinkAt(dir, "dir"));
    assertFails(Errno.ENOTDIR, () -> kernel.removeDirectoryAt(dir, "file"));
    kernel.unlinkAt(dir, "file");
    kernel.removeDirectoryAt(dir, "dir");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void aDirectoryIsListedToItsEndAndAgainAfterRewind() throws Exception {
    assertThat(kernel.readDirectory(dir)).isEmpty();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String name = "a-name-of-some-length-that-fills-buffers-" + "x".repeat(i % 100) + i;
      Files.createFile(temp.resolve(name));
      names.add(name);
    }
    for (int round = 0; round < 2; round++) {
      kernel.rewind(dir);
      assertThat(list()).containsExactlyInAnyOrderElementsOf(names);
      assertThat(kernel.readDirectory(dir)).isEmpty();
    }
  }

  @Test
  void manyNamesComeInOneCall() throws Exception {
    for (int i = 0; i < 1000; i++) Files.createFile(temp.resolve("message-" + i));
    assertThat(kernel.readDirectory(dir)).hasSize(1000);
  }

  @Test
  void aNameThatIsNotUtf8CanBeListedRenamedAndRemoved() throws Exception {
    String foreign = "caf\udce9";
    touch(foreign);
    assertThat(kernel.readDirectory(dir)).containsExactly(foreign);
    kernel.renameAt(dir, foreign, dir, "café");
    kernel.rewind(dir);
    assertThat(kernel.readDirectory(dir)).containsExactly("café");
    kernel.symlinkAt(foreign, dir, "link");
    assertThat(kernel.readLinkAt(dir, "link")).isEqualTo(foreign);
  }

  @Test
  void aDirectoryOpenAsAPathServesAsADirectory() throws Exception {
    touch("file");
    try (Fd path = kernel.openAt(Fd.CWD, temp.toString(), Open.PATH | Open.DIRECTORY, 0)) {
      kernel.renameAt(path, "file", path, "renamed");
      assertThat(kernel.status(path).isDirectory()).isTrue();
      assertFails(Errno.EBADF, () -> kernel.readDirectory(path));
    }
  }

  // ---- what the errors are

  @Test
  void errorsNameTheWholePath() {
    ErrnoException failure = assertFails(Errno.ENOENT, () -> kernel.unlinkAt(dir, "missing"));
    assertThat(failure.path()).isEqualTo(temp + "/missing");
    assertThat(failure.call()).isEqualTo("unlinkat");
    failure = assertFails(Errno.ENOENT, () -> kernel.renameAt(dir, "missing", dir, "to"));
    assertThat(failure).hasMessageContaining(temp + "/missing to " + temp + "/to: ");
  }

  @Test
  void aSymlinkIsNotFollowedWhenThatIsRefused() throws Exception {
    kernel.symlinkAt("file", dir, "link");
    int flags = Open.READ_ONLY | Open.NO_FOLLOW;
    assertFails(Errno.ELOOP, () -> kernel.openAt(dir, "link", flags, 0));
  }

  @Test
  void openingSaysWhatIsInTheWay() throws Exception {
    touch("file");
    int create = Open.CREATE | Open.EXCLUSIVE | Open.WRITE_ONLY;
    assertFails(Errno.EEXIST, () -> kernel.openAt(dir, "file", create, 0600));
    assertFails(Errno.ENOTDIR, () -> kernel.openAt(dir, "file", Open.DIRECTORY, 0));
    assertFails(Errno.ENOTDIR, () -> kernel.openAt(dir, "file/below", Open.READ_ONLY, 0));
    assertFails(Errno.EISDIR, () -> kernel.openAt(dir, ".", Open.WRITE_ONLY, 0));
    assertFails(Errno.ENAMETOOLONG, () -> kernel.openAt(dir, "x".repeat(256), Open.READ_ONLY, 0));
    assertFails(Errno.ENAMETOOLONG, () -> kernel.openAt(dir, "x".repeat(5000), Open.READ_ONLY, 0));
  }

  @Test
  void aFifoWithoutAReaderIsRefusedToANonBlockingWriter() throws Exception {
    kernel.makeFifoAt(dir, "fifo", 0600);
    int flags = Open.WRITE_ONLY | Open.NON_BLOCKING;
    assertFails(Errno.ENXIO, () -> kernel.openAt(dir, "fifo", flags, 0));
  }

  @Test
  void aNameWithANulIsRefusedBeforeTheCall() throws Exception {
    touch("file");
    assertFails(Errno.EINVAL, () -> kernel.unlinkAt(dir, "file\0.txt"));
    assertFails(Errno.EINVAL, () -> kernel.renameAt(dir, "file", dir, "a\0b"));
    assertFails(Errno.EINVAL, () -> kernel.symlinkAt("a\0b", dir, "link"));
    assertFails(Errno.EINVAL, () -> kernel.readLinkAt(dir, "a\0b"));
    assertFails(Errno.EINVAL, () -> kernel.statusAt(dir, "a\0b"));
    assertThat(temp.resolve("file")).exists();
  }

  @Test
  void directoriesSayWhyTheyCannotGo() throws Exception {
    kernel.makeDirectoryAt(dir, "dir", 0700);
    touch("dir/file");
    assertFails(Errno.ENOTEMPTY, () -> kernel.removeDirectoryAt(dir, "dir"));
    assertFails(Errno.EEXIST, () -> kernel.makeDirectoryAt(dir, "dir", 0700));
    assertFails(Errno.EINVAL, () -> kernel.renameAt(dir, "dir", dir, "dir/itself"));
  }

  @Test
  void mountsCannotBeCrossed() {
    assertFails(Errno.EXDEV, () -> kernel.renameAt(Fd.CWD, "/proc/version", dir, "version"));
  }

  @Test
  void theWrongModeAndTheFullDeviceAreTold() throws Exception {
    touch("file");
    byte[] one = new byte[1];
    try (Fd file = kernel.openAt(dir, "file", Open.READ_ONLY, 0);
        Fd full = kernel.openAt(Fd.CWD, "/dev/full", Open.WRITE_ONLY, 0)) {
      assertFails(Errno.EBADF, () -> kernel.write(file, one, 0, 1));
      assertFails(Errno.EINVAL, () -> kernel.truncate(file, 0));
      assertFails(Errno.ENOSPC, () -> kernel.write(full, one, 0, 1));
      assertFails(Errno.EISDIR, () -> kernel.read(dir, one, 0, 1));
      assertFails(Errno.ENOTDIR, () -> kernel.readDirectory(file));
    }
  }

  private long touch(String name) throws ErrnoException {
    try (Fd file = kernel.openAt(dir, name, Open.CREATE | Open.EXCLUSIVE | Open.WRITE_ONLY, 0600)) {
      return kernel.status(file).inode();
    }
  }

  private List<String> list() throws ErrnoException {
    List<String> all = new ArrayList<>();
    for (List<String> some = kernel.readDirectory(dir);
        !some.isEmpty();
        some = kernel.readDirectory(dir)) {
      all.addAll(some);
    }
    return all;
  }

  private static ErrnoException assertFails(Errno errno, Act act) {
    ErrnoException failure = catchThrowableOfType(ErrnoException.class, act::run);
    assertThat(failure).as("the call should fail with %s", errno).isNotNull();
    assertThat(failure.errno()).as(failure.getMessage()).isEqualTo(errno);
    return failure;
  }
}
