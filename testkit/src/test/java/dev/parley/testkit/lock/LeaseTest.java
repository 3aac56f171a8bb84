package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.contract.LockContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaseTest extends LockContract {
  private static final Duration HOUR = Duration.ofHours(1);

  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.LEASE).withLease(Duration.ofSeconds(2));
  }

  @Override
  protected Orphan orphan() {
    return Orphan.FREE_IN_TIME;
  }

  @Override
  protected boolean isInherited() {
    return false;
  }

  @Override
  protected void breakLock() throws IOException {
    try (Stream<Path> numbers = Files.list(path())) {
      for (Path number : numbers.toList()) Files.delete(number);
    }
  }

  @Override
  protected int times() {
    return 40;
  }

  // ---- tokens

  @Test
  void tokensGrowWhateverBecomesOfTheHolders() throws Exception {
    assertThat(takeAndGiveBack(open())).isEqualTo(1);
    assertThat(takeAndGiveBack(open())).isEqualTo(2);
    Child child = puppet();
    assertThat(child.ask("try")).isEqualTo("held 3");
    child.kill();
    try (HeldLock held = open().acquire(LockKind.EXCLUSIVE)) {
      assertThat(held.token()).hasValue(4);
    }
    for (int i = 5; i < 40; i++) assertThat(takeAndGiveBack(open())).isEqualTo(i);
    assertThat(numbers()).hasSize(16).endsWith("0000000000000000039");
  }

  private static long takeAndGiveBack(LockFile file) throws Exception {
    try (HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      return held.token().orElseThrow();
    }
  }

  private List<String> numbers() {
    return Stream.of(java.util.Objects.requireNonNull(path().toFile().list())).sorted().toList();
  }

  @Test
  void whoIsLateWithAnOldNumberHasLost() throws Exception {
    takeAndGiveBack(open());
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    // Between his look and his link others come and go, so often that his number is free again.
    faulty.before(
        "linkAt",
        1,
        _ -> {
          try {
            for (int i = 0; i < 20; i++) takeAndGiveBack(open());
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    try (LockFile late = LockFile.open(faulty.kernel(), path(), options())) {
      assertThat(path().resolve("0000000000000000002")).doesNotExist();
      assertThat(late.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(path().resolve("0000000000000000002")).doesNotExist();
      assertThat(takeAndGiveBack(late)).isEqualTo(22);
    }
  }

  @Test
  void theNumberIsOnDiskBeforeTheTokenIsHandedOut() throws Exception {
    takeAndGiveBack(open());
    FaultyKernel counted = FaultyKernel.over(Kernel.linux());
    counted.before(
        "linkAt", 1, _ -> assertThat(counted.count("fsync")).as("the file").isEqualTo(1));
    try (LockFile file = LockFile.open(counted.kernel(), path(), options());
        HeldLock _ = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      assertThat(counted.count("fsync")).as("and the directory").isEqualTo(2);
    }
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux()).fail("fsync", 2, Errno.EIO);
    try (LockFile file = LockFile.open(faulty.kernel(), path(), options())) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> file.tryAcquire(LockKind.EXCLUSIVE))
          .hasMessageContaining("EIO");
    }
    assertThat(takeAndGiveBack(open())).as("given back at once, and not used again").isEqualTo(4);
  }

  // ---- time

  /// A host whose clock the test sets.
  private static final class Clock {
    private final AtomicLong ahead = new AtomicLong();
    private final Kernel kernel =
        Interceptor.over(
            Kernel.linux(),
            call -> {
              Object result = call.proceed();
              return call.is("boottimeNanos") && result instanceof Long now
                  ? (Object) (now + ahead.get())
                  : result;
            });

    void goOn(Duration time) {
      ahead.addAndGet(time.toNanos());
    }
  }

  @Test
  void itIsTakenOverOnlyAfterItWasSeenUnchangedForItsWholeTime() throws Exception {
    LockOptions options = options().withLease(HOUR);
    Clock here = new Clock();
    Clock there = new Clock();
    try (LockFile first = LockFile.open(there.kernel, path(), options);
        LockFile other = LockFile.open(here.kernel, path(), options())) {
      HeldLock held = first.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty(); // begins to look now
      here.goOn(HOUR.minusSeconds(30));
      assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).as("its time, not ours").isEmpty();
      // By its own clock it is lost before that.
      there.goOn(HOUR.multipliedBy(3).dividedBy(4).minusSeconds(30));
      assertThat(held.isHeld()).isTrue();
      there.goOn(Duration.ofMinutes(1));
      assertThat(held.isHeld()).isFalse();
      here.goOn(Duration.ofMinutes(1));
      try (HeldLock next = other.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
        assertThat(next.token()).hasValue(2);
        held.close();
        assertThat(next.isHeld()).as("the old one gives back its own").isTrue();
        assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      }
    }
  }

  @Test
  void oneThatIsRenewedIsNotTakenOver() throws Exception {
    Clock here = new Clock();
    try (HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
        LockFile other = LockFile.open(here.kernel, path(), options())) {
      for (int i = 0; i < 3; i++) {
        String before = Files.readString(path().resolve("0000000000000000001"));
        assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
        Await.until(
            "it is renewed",
            () -> !Files.readString(path().resolve("0000000000000000001")).equals(before));
        here.goOn(HOUR);
        assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      }
      assertThat(held.isHeld()).isTrue();
    }
  }

  @Test
  void aHolderThatCannotRenewIsToldBeforeOthersMayTakeIt() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    CountDownLatch lost = new CountDownLatch(1);
    try (LockFile file = LockFile.open(faulty.kernel(), path(), options())) {
      HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      held.onLost(lost::countDown);
      faulty.failFrom("writeAt", 1, Errno.EIO);
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(held.isHeld()).isFalse();
      held.onLost(lost::countDown); // at once, though it was before
      faulty.heal();
      held.close();
    }
    assertThat(takeAndGiveBack(open())).as("given back all the same").isEqualTo(2);
  }

  /// A file server that is gone hangs whoever writes.
  @Test
  void aRenewalThatHangsKeepsNobodyFromBeingTold() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch lost = new CountDownLatch(1);
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    try (LockFile file = LockFile.open(faulty.kernel(), path(), options())) {
      HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      faulty.before(
          "writeAt",
          1,
          _ -> {
            try {
              hanging.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      held.onLost(lost::countDown);
      assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(held.isHeld()).isFalse();
      hanging.countDown();
      held.close();
      assertThat(held.isHeld()).isFalse();
    }
  }

  @Test
  void aHolderWhoseNextNumberIsTakenIsTold() throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    held.onLost(lost::countDown);
    Files.createFile(path().resolve("0000000000000000002"));
    assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(held.isHeld()).isFalse();
    held.close();
  }

  // ---- records that make no sense

  @Test
  void aRecordThatMakesNoSenseMustNotChangeForTheUsualTime() throws Exception {
    Files.createDirectory(path());
    Files.setAttribute(path(), "unix:mode", 0700);
    for (String record :
        List.of("", "nonsense", "time=1\nheld=1\n", "time=99999999999\nheld=1\n")) {
      String number = "%019d".formatted(numbers().size() + 1);
      Files.writeString(path().resolve(number), record);
      Clock here = new Clock();
      try (LockFile file = LockFile.open(here.kernel, path(), options())) {
        assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
        assertThat(file.holder()).isPresent();
        here.goOn(LockOptions.DEFAULT_LEASE.minusSeconds(5));
        assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
        here.goOn(Duration.ofSeconds(5));
        takeAndGiveBack(file);
      }
    }
  }

  @Test
  void otherFilesInTheDirectoryMeanNothing() throws Exception {
    takeAndGiveBack(open());
    for (String name :
        List.of("1", "00000000000000000007", "000000000000000000x", ".0000000000000000009-x")) {
      Files.writeString(path().resolve(name), "held=1");
    }
    assertThat(takeAndGiveBack(open())).isEqualTo(2);
  }
}
