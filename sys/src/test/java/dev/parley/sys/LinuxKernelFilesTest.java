package dev.parley.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bytes, durability and metadata of files. Names: [LinuxKernelNamesTest].
class LinuxKernelFilesTest {
  @Test
  void whatIsPermittedAndWhatItsAttributesAreIsAskedWithoutOpening() throws Exception {
    Path file = Files.createFile(temp.resolve("asked"));
    Files.setAttribute(file, "unix:mode", 0600);
    try (Fd writable = kernel.openAt(dir, "asked", Open.READ_WRITE, 0);
        Fd path = kernel.openAt(dir, "asked", Open.PATH, 0)) {
      assertThat(kernel.isPermitted(path, 4)).isTrue();
      assertThat(kernel.isPermitted(path, 6)).isTrue();
      assertThat(kernel.isPermitted(path, 1)).as("nobody may run it").isFalse();
      assertThat(kernel.attributeOfPath(path, "user.note")).isNull();
      try {
        kernel.setAttribute(writable, "user.note", new byte[] {1, 2});
      } catch (ErrnoException e) {
        return; // this filesystem has no such attributes
      }
      assertThat(kernel.attributeOfPath(path, "user.note")).containsExactly(1, 2);
    }
  }

  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd dir;

  @BeforeEach
  void open() throws ErrnoException {
    dir = kernel.openAt(Fd.CWD, temp.toString(), Open.DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    try (Fd file = create("file")) {
      assertThat(kernel.write(file, "..hello..".getBytes(UTF_8), 2, 5)).isEqualTo(5);
      kernel.rewind(file);
      byte[] read = new byte[10];
      assertThat(kernel.read(file, read, 1, 9)).isEqualTo(5);
      assertThat(read).startsWith(0, 'h', 'e', 'l', 'l', 'o', 0);
      assertThat(kernel.read(file, read, 0, 10)).as("at the end").isZero();
    }
    assertThat(temp.resolve("file")).hasContent("hello");
  }

  @Test
  void positionsDoNotMoveTheOffset() throws Exception {
    try (Fd file = create("file")) {
      kernel.writeAt(file, 3, new byte[] {'x'}, 0, 1);
      byte[] read = new byte[4];
      assertThat(kernel.readAt(file, 3, read, 0, 4)).isEqualTo(1);
      assertThat(kernel.read(file, read, 0, 4)).isEqualTo(4);
      assertThat(read).containsExactly(0, 0, 0, 'x');
    }
  }

  @Test
  void oneCallMovesAtMostTheScratchsSize() throws Exception {
    byte[] large = new byte[Scratch.DATA_BYTES + 1];
    large[Scratch.DATA_BYTES - 1] = 7;
    try (Fd file = create("file")) {
      assertThat(kernel.write(file, large, 0, large.length)).isEqualTo(Scratch.DATA_BYTES);
      byte[] read = new byte[large.length];
      assertThat(kernel.readAt(file, 0, read, 0, read.length)).isEqualTo(Scratch.DATA_BYTES);
      assertThat(read).isEqualTo(large);
    }
  }

  @Test
  void aRangeOutsideTheArrayIsRefused() throws Exception {
    try (Fd file = create("file")) {
      assertThatThrownBy(() -> kernel.write(file, new byte[4], 2, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> kernel.read(file, new byte[4], -1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void appendedBytesGoToTheEnd() throws Exception {
    Files.writeString(temp.resolve("log"), "one ");
    try (Fd log = kernel.openAt(dir, "log", Open.WRITE_ONLY | Open.APPEND, 0)) {
      kernel.write(log, "two".getBytes(UTF_8), 0, 3);
    }
    assertThat(temp.resolve("log")).hasContent("one two");
  }

  @Test
  void filesAreCutAndGrown() throws Exception {
    try (Fd file = create("file")) {
      kernel.truncate(file, 5_000_000_000L);
      assertThat(kernel.status(file).sizeBytes()).isEqualTo(5_000_000_000L);
      kernel.truncate(file, 0);
      assertThat(kernel.status(file).sizeBytes()).isZero();
    }
  }

  @Test
  void everyKindOfSyncReturns() throws Exception {
    try (Fd file = create("file")) {
      kernel.fsync(file);
      kernel.fdatasync(file);
      kernel.syncfs(file);
      kernel.fsync(dir);
    }
  }

  @Test
  void aDuplicateSharesTheOffset() throws Exception {
    try (Fd file = create("file");
        Fd copy = kernel.duplicate(file)) {
      kernel.write(file, new byte[] {'a'}, 0, 1);
      kernel.write(copy, new byte[] {'b'}, 0, 1);
      assertThat(copy.number()).isNotEqualTo(file.number());
      assertThat(copy.path()).isEqualTo(file.path());
    }
    assertThat(temp.resolve("file")).hasContent("ab");
  }

  @Test
  void theStatusIsWhatTheJdkSays() throws Exception {
    Path path = Files.writeString(temp.resolve("file"), "12345");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    FileStatus status = kernel.statusAt(dir, "file");
    assertThat(status.isRegular()).isTrue();
    assertThat(status.kind()).isEqualTo("regular file");
    assertThat(status.permissions()).isEqualTo(0640);
    assertThat(status.sizeBytes()).isEqualTo(5);
    assertThat(status.mode()).isEqualTo(Files.getAttribute(path, "unix:mode"));
    assertThat(status.inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
    assertThat(status.device()).isEqualTo(Files.getAttribute(path, "unix:dev"));
    assertThat(status.links()).isEqualTo(Files.getAttribute(path, "unix:nlink"));
    assertThat(status.uid()).isEqualTo(Files.getAttribute(path, "unix:uid"));
    assertThat(status.gid()).isEqualTo(Files.getAttribute(path, "unix:gid"));
    assertThat(nanos(status.modifiedNanos())).isEqualTo(Files.getLastModifiedTime(path));
    assertThat(nanos(status.changedNanos())).isEqualTo(Files.getAttribute(path, "unix:ctime"));
    assertThat(status.mountId()).isPositive();
  }

  @Test
  void theModificationTimeIsSetToTheNanosecond() throws Exception {
    try (Fd file = create("file")) {
      for (long nanos : new long[] {1_700_000_000_123_456_789L, 0, -1}) {
        kernel.setModified(file, nanos);
        assertThat(kernel.status(file).modifiedNanos()).isEqualTo(nanos);
      }
      FileTime access = (FileTime) Files.getAttribute(temp.resolve("file"), "lastAccessTime");
      assertThat(access.toInstant()).as("stays").isAfter(Instant.now().minusSeconds(3600));
    }
  }

  @Test
  void modeAndOwnerAreChangedThroughTheDescriptor() throws Exception {
    try (Fd file = create("file")) {
      kernel.changeMode(file, 02666);
      assertThat(kernel.status(file).permissions()).isEqualTo(02666);
      kernel.changeOwner(file, -1, kernel.effectiveGroupId());
      assertThat(kernel.status(file).gid()).isEqualTo(kernel.effectiveGroupId());
      assertThat(kernel.status(file).uid()).isEqualTo(kernel.effectiveUserId());
    }
  }

  @Test
  void theFilesystemIsDescribed() throws Exception {
    FilesystemStatus status = kernel.filesystem(dir);
    assertThat(status.totalBlocks() * status.blockSizeBytes())
        .isEqualTo(Files.getFileStore(temp).getTotalSpace());
    assertThat(status.maxNameBytes()).isEqualTo(255);
    assertThat(status.readOnly()).isFalse();
    try (Fd proc = kernel.openAt(Fd.CWD, "/proc", Open.PATH, 0)) {
      assertThat(kernel.filesystem(proc).type()).isEqualTo(0x9fa0);
    }
  }

  @Test
  void clocksAndIdentitiesAreThisProcesss() throws Exception {
    long jdk = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    assertThat(kernel.realtimeNanos()).isGreaterThanOrEqualTo(jdk);
    long booted = kernel.boottimeNanos();
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    double later = Double.parseDouble(uptime) + 0.01; // /proc/uptime is cut to hundredths
    assertThat(booted).isPositive().isLessThanOrEqualTo((long) (later * 1e9));
    assertThat(kernel.boottimeNanos()).isGreaterThanOrEqualTo(booted);
    assertThat(kernel.effectiveUserId())
        .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    assertThat(kernel.groups()).contains(kernel.effectiveGroupId()).doesNotHaveDuplicates();
  }

  private Fd create(String name) throws ErrnoException {
    return kernel.openAt(dir, name, Open.CREATE | Open.EXCLUSIVE | Open.READ_WRITE, 0600);
  }

  private static FileTime nanos(long nanos) {
    return FileTime.from(nanos, TimeUnit.NANOSECONDS);
  }

  @Test
  void aFileIsOpenedAgainWhateverItsNameIsNow() throws Exception {
    kernel.openAt(dir, "file", Open.WRITE_ONLY | Open.CREATE, 0600).close();
    try (Fd inode = kernel.openAt(dir, "file", Open.PATH, 0)) {
      kernel.unlinkAt(dir, "file");
      try (Fd again = kernel.reopen(inode, Open.WRITE_ONLY)) {
        assertThat(kernel.status(again).inode()).isEqualTo(kernel.status(inode).inode());
        assertThat(again.path()).isEqualTo(inode.path());
        assertThat(kernel.write(again, new byte[3], 0, 3)).isEqualTo(3);
      }
    }
  }
}
