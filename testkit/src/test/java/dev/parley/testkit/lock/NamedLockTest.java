package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.InvalidNameException;
import dev.parley.Space;
import dev.parley.UnsafePathException;
import dev.parley.pattern.lock.NamedLock;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Await;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lock with a name in a space, and its tokens. Exclusion is
/// [dev.parley.primitive.lock.LockFile]'s and tested there; commands under it are tested with
/// `parley lock`.
class NamedLockTest {
  @TempDir private Path dir;

  @Test
  void eachGrantHasALargerTokenThanAllBeforeWhoeverGetsIt() throws Exception {
    List<Long> exclusive = Collections.synchronizedList(new ArrayList<>());
    List<Long> shared = Collections.synchronizedList(new ArrayList<>());
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      LockKind mode = i % 2 == 0 ? LockKind.EXCLUSIVE : LockKind.SHARED;
      List<Long> tokens = i % 2 == 0 ? exclusive : shared;
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                try (NamedLock lock = open(Kernel.linux())) {
                  for (int n = 0; n < 20; n++) {
                    try (HeldLock held = lock.acquire(mode)) {
                      tokens.add(held.token().orElseThrow());
                    }
                  }
                }
                return null;
              });
      tasks.add(task);
      Thread.ofPlatform().daemon().start(task);
    }
    for (FutureTask<Void> task : tasks) task.get(1, TimeUnit.MINUTES);
    assertThat(exclusive).hasSize(60).isSorted();
    List<Long> all = new ArrayList<>(exclusive);
    all.addAll(shared);
    assertThat(all).hasSize(120).doesNotHaveDuplicates();
    assertThat(all).allMatch(token -> token > 1L << 48, "has this boot's epoch");
  }

  @Test
  void aHolderMayDieBeforeAnySystemCallAndTokensGoOn() throws Exception {
    long last = take(Kernel.linux());
    boolean died = true;
    for (int nth = 1; died; nth++) {
      MortalKernel mortal = new MortalKernel(Kernel.linux());
      try (NamedLock lock = open(mortal.kernel())) {
        mortal.dieBefore(nth);
        for (int i = 0; i < 2; i++) {
          HeldLock held = lock.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
          last = Math.max(last, held.token().orElseThrow());
          held.close();
        }
        died = false;
      } catch (MortalKernel.Death e) {
        // As it should.
      }
      mortal.die();
      long next = take(Kernel.linux());
      assertThat(next).as("after death before call " + nth).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void anyCallMayFailAndItIsFreeAfterwards() throws Exception {
    long last = take(Kernel.linux());
    int descriptors = descriptors();
    boolean failed = true;
    for (int nth = 1; failed; nth++) {
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      AtomicBoolean met = new AtomicBoolean();
      faulty.before(FaultyKernel.ANY, nth, _ -> met.set(true));
      faulty.fail(FaultyKernel.ANY, nth, nth % 2 == 0 ? Errno.EIO : Errno.ENOSPC);
      try {
        take(faulty.kernel());
      } catch (IOException e) {
        assertThat(met).as("it failed by itself: %s", e).isTrue();
      }
      failed = met.get();
      long next = take(Kernel.linux());
      assertThat(next).isGreaterThan(last);
      last = next;
      Await.until("no descriptor is left", () -> descriptors() <= descriptors);
    }
  }

  @Test
  void aRecordThatWasDamagedCostsNoOrder() throws Exception {
    long last = take(Kernel.linux());
    for (String damage : List.of("", "nonsense", "token=x\n", "token=-1\n")) {
      Files.writeString(record(), damage);
      long next = take(Kernel.linux());
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void itsFileSaysWhoHoldsItAsLongAsSomebodyDoes() throws Exception {
    try (NamedLock lock = open(Kernel.linux());
        NamedLock other = open(Kernel.linux())) {
      assertThat(lock.holder()).isEmpty();
      try (HeldLock held = lock.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
        assertThat(other.acquire(LockKind.SHARED, Duration.ofMillis(20))).isEmpty();
        assertThat(other.holder())
            .contains("process " + ProcessHandle.current().pid() + " (the test)");
        held.nameHolder(1);
        assertThat(other.holder()).contains("process 1 (the test)");
        assertThat(Files.readString(record()))
            .contains("token=%019d\n".formatted(held.token().orElseThrow()), "mode=exclusive");
      }
      assertThat(lock.holder()).isEmpty();
      try (HeldLock one = lock.tryAcquire(LockKind.SHARED).orElseThrow();
          HeldLock two = other.tryAcquire(LockKind.SHARED).orElseThrow()) {
        assertThat(lock.holder().orElseThrow()).endsWith(", shared");
        one.nameHolder(1);
        assertThat(lock.holder().orElseThrow()).as("two's by now").doesNotContain("process 1 ");
        assertThat(two.tryUpgrade()).isFalse();
        one.close();
        assertThat(two.tryUpgrade()).isTrue();
      }
      assertThat(NamedLock.list(Kernel.linux(), space()))
          .containsExactly(new NamedLock.Info("job", Optional.empty()));
    }
  }

  @Test
  void whatIsNoNameAndWhatIsParleysOwnIsRefused() {
    for (String name : List.of("", ".hidden", "a/b", "../a", "reaper", "epoch", "format")) {
      assertThatThrownBy(
              () -> NamedLock.open(Kernel.linux(), space(), true, name, Optional.empty()))
          .as(name)
          .isInstanceOf(InvalidNameException.class);
    }
    assertThat(space()).doesNotExist();
  }

  @Test
  void whatIsNoFileOrAnotherUsersIsRefused() throws Exception {
    take(Kernel.linux());
    Files.delete(record());
    Files.createSymbolicLink(record(), dir.resolve("elsewhere"));
    try (NamedLock lock = open(Kernel.linux())) {
      assertThatThrownBy(() -> lock.tryAcquire(LockKind.EXCLUSIVE))
          .isInstanceOf(UnsafePathException.class)
          .hasMessageContaining(record().toString());
    }
    assertThat(dir.resolve("elsewhere")).doesNotExist();
    Files.delete(record());
    Files.createDirectory(record());
    try (NamedLock lock = open(Kernel.linux())) {
      assertThatThrownBy(() -> lock.tryAcquire(LockKind.EXCLUSIVE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(record().toString());
    }
  }

  @Test
  void theSpaceStaysGoodForAllElse() throws Exception {
    take(Kernel.linux());
    try (Space space = Space.open(space())) {
      assertThat(space.check(false)).isEmpty();
    }
  }

  // ---- what the tests share

  private Path space() {
    return dir.resolve("space");
  }

  private Path record() {
    return space().resolve("locks/job");
  }

  private NamedLock open(Kernel kernel) throws IOException {
    return NamedLock.open(kernel, space(), true, "job", Optional.of("the test"));
  }

  private long take(Kernel kernel) throws IOException {
    try (NamedLock lock = open(kernel);
        HeldLock held = lock.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      return held.token().orElseThrow();
    }
  }

  private static int descriptors() {
    return Objects.requireNonNull(new java.io.File("/proc/self/fd").list()).length;
  }
}
