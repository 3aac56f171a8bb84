package dev.parley.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.BadFormatException;
import dev.parley.EarlierBootException;
import dev.parley.SettingsConflictException;
import dev.parley.UnknownFormatException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.memory.NoSlotException;
import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedMemory.Shape;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.primitive.memory.UnmappableException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Seal;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.Mount;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.MemoryContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How regions are made and opened, and what is refused.
class RegionTest extends MemoryContract {
  private static final Shape SHAPE = Shape.of(1000).withLocks(3).withFormat(7);
  private static final int SEALS = Seal.SHRINK | Seal.GROW | Seal.SEAL;
  private static final Kernel LINUX = Kernel.linux();

  // Offsets in the header, as the manual has them.
  private static final int VERSION = 8;
  private static final int KIND = 12;
  private static final int BOOT = 24;
  private static final int SLOTS = 40;
  private static final int BODY = 56;
  private static final int BODY_BYTES = 64;

  @TempDir(factory = InMemory.class)
  Path dir;

  private Path path;

  @Override
  protected Backing newBacking() {
    return Backings.file(dir);
  }

  @BeforeEach
  void name() {
    path = dir.resolve("memory");
  }

  private SharedMemory open() throws IOException {
    return SharedMemory.openOrCreate(LINUX, path, SHAPE);
  }

  private void make() throws IOException {
    open().close();
  }

  // ---- making and opening

  @Test
  void aNewRegionIsZeroedAndItsMakersAlone() throws Exception {
    try (SharedMemory memory = open()) {
      byte[] bytes = new byte[1000];
      memory.body().get(0, bytes, 0, bytes.length);
      assertThat(bytes).containsOnly(0);
      assertThat(memory.shape()).isEqualTo(SHAPE);
      assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0100600);
      assertThat(Files.getAttribute(path, "unix:nlink")).isEqualTo(1);
      assertThat(dir).isDirectoryNotContaining("glob:**.memory-*");
    }
  }

  @Test
  void whatIsWrittenIsThereForTheNext() throws Exception {
    try (SharedMemory memory = open();
        SharedMemory other = SharedMemory.open(LINUX, path, 7)) {
      memory.body().setLong(992, 5);
      assertThat(other.body().getLong(992)).isEqualTo(5);
    }
    try (SharedMemory later = open()) {
      assertThat(later.body().getLong(992)).isEqualTo(5);
    }
  }

  @Test
  void manyWhoMakeItAtOnceGetTheSame() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path each = dir.resolve("each" + round);
      CyclicBarrier start = new CyclicBarrier(4);
      List<Task<SharedMemory>> makers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        makers.add(
            inBackground(
                () -> {
                  start.await();
                  return opening(SharedMemory.openOrCreate(LINUX, each, SHAPE));
                }));
      }
      for (Task<SharedMemory> maker : makers) maker.get().body().getAndAddInt(0, 1);
      assertThat(makers.getFirst().get().body().getInt(0)).isEqualTo(4);
    }
    try (var names = Files.list(dir)) {
      assertThat(names.filter(name -> name.getFileName().toString().startsWith("."))).isEmpty();
    }
  }

  @Test
  void nothingIsLeftOpenAfterClosing() throws Exception {
    make();
    int before = descriptors();
    for (int i = 0; i < 10; i++) make();
    try (SharedMemory memory = SharedMemory.anonymous(LINUX, "leaktest", SHAPE)) {
      SharedMemory.received(LINUX, memory.fd(), 7).close();
    }
    assertThat(descriptors()).isEqualTo(before);
    assertThat(mappings(path.toString())).isZero();
    assertThat(mappings("leaktest")).isZero();
  }

  @Test
  void afterClosingNothingWorks() throws Exception {
    SharedMemory memory = open();
    memory.close();
    memory.close();
    assertThatThrownBy(() -> memory.body().getInt(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.lock(0).tryAcquire()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.event(0).signal()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void partsThatAreNotThereAreRefused() throws Exception {
    try (SharedMemory memory = open()) {
      assertThatThrownBy(() -> memory.lock(3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.event(997)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.event(2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> memory.body().getInt(1000))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(memory::fd)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("by its path");
    }
    assertThatThrownBy(() -> Shape.of(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SHAPE.withSlots(0)).hasMessageContaining("slots must be from 1");
    assertThatThrownBy(() -> SHAPE.withSlots(4096)).hasMessageContaining("to 4095");
    assertThatThrownBy(() -> QueueShape.of(3, 1)).hasMessageContaining("a power of two");
    assertThatThrownBy(() -> QueueShape.of(4, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SharedQueue.openOrCreate(LINUX, path, QueueShape.of(1 << 24, 1 << 30)))
        .as("petabytes")
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- slots

  @Test
  void itIsOpenAsOftenAsItHasSlots() throws Exception {
    Shape two = SHAPE.withSlots(2);
    SharedMemory first = opening(SharedMemory.openOrCreate(LINUX, path, two));
    MortalKernel process = mortal();
    SharedMemory.openOrCreate(process.kernel(), path, two);
    int before = descriptors();
    assertThatThrownBy(() -> SharedMemory.openOrCreate(LINUX, path, two))
        .isInstanceOf(NoSlotException.class)
        .hasMessageContaining("as often as it can be, 2 times")
        .hasMessageContaining("close some");
    assertThat(descriptors()).isEqualTo(before);
    process.die();
    SharedMemory.openOrCreate(LINUX, path, two).close();
    first.close();
    SharedMemory.openOrCreate(LINUX, path, two).close();
  }

  // ---- what is something else

  @Test
  void anotherShapeIsAConflict() throws Exception {
    make();
    for (Shape shape :
        List.of(
            SHAPE.withLocks(4), SHAPE.withSlots(5), Shape.of(1001).withLocks(3).withFormat(7))) {
      assertThatThrownBy(() -> SharedMemory.openOrCreate(LINUX, path, shape))
          .isInstanceOf(SettingsConflictException.class)
          .hasMessageContaining("was asked for");
    }
    Path queue = dir.resolve("queue");
    SharedQueue.openOrCreate(LINUX, queue, QueueShape.of(4, 10)).close();
    assertThatThrownBy(() -> SharedQueue.openOrCreate(LINUX, queue, QueueShape.of(8, 10)))
        .isInstanceOf(SettingsConflictException.class)
        .hasMessageContaining("has messages 4, and 8 was asked for");
    SharedQueue.open(LINUX, queue).close();
  }

  @Test
  void whatIsSomethingElseIsSaid() throws Exception {
    make();
    Path queue = dir.resolve("queue");
    SharedQueue.openOrCreate(LINUX, queue, QueueShape.of(4, 10)).close();
    refused(BadFormatException.class, "a queue and not plain", () -> openAt(queue));
    refused(
        BadFormatException.class, "plain memory and not a q", () -> SharedQueue.open(LINUX, path));
    refused(
        BadFormatException.class,
        "format 7 in it, and not 8",
        () -> SharedMemory.open(LINUX, path, 8));
    Path text =
        Files.writeString(dir.resolve("text"), "a text that is longer than a header".repeat(9));
    Path empty = Files.createFile(dir.resolve("empty"));
    for (Path each : List.of(text, empty)) {
      Files.setAttribute(each, "unix:mode", 0600);
      refused(BadFormatException.class, "is no shared memory of Parley", () -> openAt(each));
    }
    assertThat(text).content().startsWith("a text");
  }

  private static void openAt(Path path) throws IOException {
    SharedMemory.openOrCreate(LINUX, path, SHAPE).close();
  }

  @Test
  void aLaterVersionIsLeftAlone() throws Exception {
    make();
    patch(VERSION, ints(2));
    refused(UnknownFormatException.class, "has format 2, and this version knows 1", this::open);
  }

  @Test
  void aRegionOfAnEarlierBootIsRefusedWhereItMustBeThere() throws Exception {
    make();
    patch(BOOT, ints(1, 2, 3, 4));
    refused(
        EarlierBootException.class,
        "made before this boot",
        () -> SharedMemory.open(LINUX, path, 7).close());
  }

  @Test
  void aRegionOfAnEarlierBootIsMadeAnewOnceHoweverManyOpenIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (SharedMemory old = open()) {
        old.body().setLong(0, 1000);
      }
      patch(BOOT, ints(1, 2, 3, 4));
      List<Task<Long>> openers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        openers.add(
            inBackground(
                () -> {
                  try (SharedMemory memory = open()) {
                    return memory.body().getAndAddLong(0, 1);
                  }
                }));
      }
      List<Long> counts = new ArrayList<>();
      for (Task<Long> each : openers) counts.add(each.get());
      assertThat(counts).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
      assertThat(dir).isDirectoryNotContaining("glob:**.memory-*");
      Files.delete(path);
    }
  }

  @Test
  void numbersThatDoNotFitAreDamage() throws Exception {
    for (int[] damage :
        new int[][] {
          {KIND, 9}, {SLOTS, 0}, {SLOTS, -1}, {SLOTS, 200}, {BODY, 64}, {BODY_BYTES, 1 << 30}
        }) {
      make();
      patch(damage[0], ints(damage[1]));
      assertThatThrownBy(this::open).isInstanceOf(BadFormatException.class);
      Files.delete(path);
    }
  }

  @Test
  void aFileThatWasCutShortIsNotMapped() throws Exception {
    make();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(4096 + 8192);
      refused(BadFormatException.class, "12288 bytes instead of 4096", this::open);
      for (int length : new int[] {4095, 1000, 128, 127, 7, 0}) {
        file.setLength(length);
        assertThatThrownBy(this::open).isInstanceOf(BadFormatException.class);
      }
    }
  }

  @Test
  void aDamagedQueueIsRefusedAndNothingHangs() throws Exception {
    Path queue = dir.resolve("queue");
    SharedQueue.openOrCreate(LINUX, queue, QueueShape.of(4, 10)).close();
    path = queue;
    patch(640, ints(5)); // how many messages
    refused(BadFormatException.class, "a power of two", () -> SharedQueue.open(LINUX, queue));
    patch(640, ints(8));
    refused(BadFormatException.class, "does not fit", () -> SharedQueue.open(LINUX, queue));
    patch(640, ints(4));
    // The tail, the head, and the state of the first cell: each far from the others.
    for (int[] damage : new int[][] {{768, 100}, {896, 100}, {1408, 1, 77}, {1408, 3, 1}}) {
      try (SharedQueue damaged = SharedQueue.open(LINUX, queue)) {
        byte[] good = Files.readAllBytes(queue);
        patch(damage[0], ints(damage[1], damage.length > 2 ? damage[2] : 0));
        refused(
            BadFormatException.class,
            "too far from it",
            () -> {
              damaged.tryOffer(new byte[1]);
              damaged.tryClaim();
            });
        try (RandomAccessFile file = new RandomAccessFile(queue.toFile(), "rw")) {
          file.seek(768);
          file.write(good, 768, good.length - 768);
        }
      }
    }
  }

  @Test
  void aMessageWithAnImpossibleLengthIsDroppedAndTheNextComes() throws Exception {
    path = dir.resolve("queue");
    try (SharedQueue queue = SharedQueue.openOrCreate(LINUX, path, QueueShape.of(4, 10))) {
      assertThat(queue.tryOffer(new byte[1])).isTrue();
      assertThat(queue.tryOffer(new byte[2])).isTrue();
      patch(1408 + 8, ints(11)); // the length in the first cell
      assertThatThrownBy(queue::tryClaim)
          .isInstanceOf(BadFormatException.class)
          .hasMessageContaining("position 0 says that it has 11 bytes of at most 10");
      assertThat(queue.tryClaim().orElseThrow().bytes()).hasSize(2);
    }
  }

  private void patch(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private static byte[] ints(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.nativeOrder());
    for (int number : numbers) bytes.putInt(number);
    return bytes.array();
  }

  private static void refused(Class<?> type, String why, ThrowingCallable opening) {
    int before = descriptors();
    assertThatThrownBy(opening).isInstanceOf(type).hasMessageContaining(why);
    assertThat(descriptors()).isEqualTo(before);
  }

  // ---- whom it trusts

  @Test
  void othersFilesAreRefused() throws Exception {
    for (int mode : new int[] {0644, 0660, 0606, 0601}) {
      make();
      Files.setAttribute(path, "unix:mode", mode);
      refused(UnsafePathException.class, "yours alone (0600)", this::open);
      Files.delete(path);
    }
    assumeTrue(ProcessHarness.isRoot(), "skipped: needs root to give a file to another user");
    make();
    Files.setAttribute(path, "unix:uid", 12345);
    refused(UnsafePathException.class, "belongs to user 12345", this::open);
  }

  @Test
  void otherKindsOfFilesAreRefusedAtOnce() throws Exception {
    Files.createSymbolicLink(path, dir.resolve("elsewhere"));
    Files.createSymbolicLink(dir.resolve("elsewhere"), path); // in a circle
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    Files.delete(path);
    Files.createDirectory(path);
    refused(UnsafePathException.class, "is a directory", this::open);
    Files.delete(path);
    ProcessHarness.run("mkfifo", "-m", "600", path.toString());
    refused(UnsafePathException.class, "is a FIFO", this::open);
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    refused(ErrnoException.class, "ENOENT", () -> SharedMemory.open(LINUX, path, 7));
    refused(ErrnoException.class, "ENOENT", () -> SharedQueue.open(LINUX, path));
    refused(ErrnoException.class, "ENOENT", () -> openAt(dir.resolve("no/such")));
  }

  @Test
  void aFilesystemThatCopiesOnWriteIsRefused() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.BTRFS)) {
      refused(UnmappableException.class, "is on btrfs", () -> openAt(mount.path().resolve("m")));
    }
  }

  @Test
  void filesystemsThatKeepTheirWordAreUsed() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.EXT4_WITHOUT_JOURNAL)) {
      openAt(mount.path().resolve("m"));
    }
  }

  @Test
  void aFilesystemThatCannotReserveRoomIsRefused() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(LINUX).fail("allocate", 1, Errno.EOPNOTSUPP);
    refused(
        UnmappableException.class,
        "cannot reserve room",
        () -> SharedMemory.openOrCreate(faulty.kernel(), path, SHAPE));
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aFullFilesystemFailsAndNothingIsLeft() throws Exception {
    try (Mount mount = Mount.tmpfs("size=1m")) {
      refused(
          ErrnoException.class,
          "ENOSPC",
          () -> SharedMemory.openOrCreate(LINUX, mount.path().resolve("m"), Shape.of(2 << 20)));
      assertThat(mount.path()).isEmptyDirectory();
    }
  }

  // ---- memfds

  @Test
  void aMemfdWithoutAllSealsIsRefused() throws Exception {
    for (int missing : new int[] {SEALS, Seal.SHRINK, Seal.GROW, Seal.SEAL}) {
      try (Fd memfd = LINUX.memfdCreate("test")) {
        LINUX.allocate(memfd, 4096);
        LINUX.addSeals(memfd, SEALS & ~missing);
        refused(
            UnmappableException.class,
            "no memfd that is sealed",
            () -> SharedMemory.received(LINUX, memfd, 7));
        assertThat(memfd.isOpen()).as("it stays ours").isTrue();
      }
    }
    make();
    try (Fd file = LINUX.openAt(Fd.CWD, path.toString(), Open.READ_WRITE, 0)) {
      refused(UnmappableException.class, "no memfd", () -> SharedMemory.received(LINUX, file, 7));
    }
  }

  @Test
  void aSealedMemfdWithNonsenseInItIsRefused() throws Exception {
    try (Fd memfd = LINUX.memfdCreate("test")) {
      LINUX.allocate(memfd, 4096);
      LINUX.addSeals(memfd, SEALS);
      refused(
          BadFormatException.class,
          "memfd:test is no shared memory",
          () -> SharedQueue.received(LINUX, memfd));
    }
  }

  @Test
  void aMemfdThatMayNotBeWrittenIsRefused() throws Exception {
    byte[] region;
    try (SharedMemory memory = SharedMemory.anonymous(LINUX, "test", SHAPE)) {
      region = new byte[4096];
      LINUX.readAt(memory.fd(), 0, region, 0, region.length);
    }
    try (Fd memfd = LINUX.memfdCreate("test")) {
      LINUX.allocate(memfd, region.length);
      LINUX.writeAt(memfd, 0, region, 0, region.length);
      LINUX.addSeals(memfd, SEALS | Seal.FUTURE_WRITE);
      refused(ErrnoException.class, "EPERM", () -> SharedMemory.received(LINUX, memfd, 7));
    }
  }

  @Test
  void aPeerCannotCutItShort() throws Exception {
    try (SharedMemory memory = SharedMemory.anonymous(LINUX, "test", SHAPE);
        SharedMemory peer = SharedMemory.received(LINUX, memory.fd(), 7)) {
      assertThatThrownBy(() -> LINUX.truncate(peer.fd(), 0)).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> LINUX.truncate(memory.fd(), 0)).hasMessageContaining("EPERM");
      peer.body().setInt(0, 3);
      assertThat(memory.body().getInt(0)).isEqualTo(3);
    }
  }

  @Test
  void whoeverStillHasThePassedDescriptorDoesNotKeepTheDeadAlive() throws Exception {
    MortalKernel process = mortal();
    SharedMemory dying = SharedMemory.anonymous(process.kernel(), "test", SHAPE);
    try (Fd passed = LINUX.duplicate(dying.fd())) {
      dying.lock(0).acquire();
      process.die();
      try (SharedMemory heir = SharedMemory.received(LINUX, passed, 7)) {
        assertThat(heir.lock(0).tryAcquire().orElseThrow().isSuspect()).isTrue();
      }
    }
  }

  // ---- every call failed in turn

  /// Opens or makes something, and closes it.
  private interface Attempt {
    void run(Kernel kernel) throws IOException;
  }

  @Test
  void whicheverCallFailsNothingIsLeftBehind() throws Exception {
    try (SharedMemory passed = SharedMemory.anonymous(LINUX, "leaktest", SHAPE)) {
      Path queue = dir.resolve("queue");
      SharedQueue.openOrCreate(LINUX, queue, QueueShape.of(4, 10)).close();
      for (Attempt attempt :
          List.<Attempt>of(
              kernel -> SharedMemory.openOrCreate(kernel, path, SHAPE).close(),
              kernel -> SharedMemory.anonymous(kernel, "leaktest", SHAPE).close(),
              kernel -> SharedMemory.received(kernel, passed.fd(), 7).close(),
              kernel -> SharedQueue.open(kernel, queue).close())) {
        failEachCall(attempt);
      }
      assertThat(mappings("leaktest")).isEqualTo(1);
    }
  }

  private void failEachCall(Attempt attempt) throws IOException {
    int before = descriptors();
    for (int nth = 1; ; nth++) {
      Files.deleteIfExists(path);
      FaultyKernel faulty = FaultyKernel.over(LINUX).fail(FaultyKernel.ANY, nth, Errno.EIO);
      boolean failed = false;
      try {
        attempt.run(faulty.kernel());
      } catch (IOException e) {
        failed = true;
        assertThat(e).hasMessageContaining("EIO");
      }
      assertThat(descriptors()).as("call %d", nth).isEqualTo(before);
      assertThat(mappings(dir.toString())).as("call %d", nth).isZero();
      if (faulty.count("unlinkAt") > 0 && failed) removeWhatCouldNotBeRemoved();
      assertThat(dir).isDirectoryNotContaining("glob:**/.memory-*");
      if (!failed && faulty.count(FaultyKernel.ANY) < nth) return;
    }
  }

  /// When the removal of the temporary file is what failed.
  private void removeWhatCouldNotBeRemoved() throws IOException {
    try (var names = Files.newDirectoryStream(dir, ".memory-*")) {
      for (Path name : names) Files.delete(name);
    }
  }
}
