package dev.parley.pattern.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupSyncTest {
  private final AtomicInteger syncs = new AtomicInteger();
  private final CountDownLatch firstMayEnd = new CountDownLatch(1);
  private volatile boolean holdFirst;
  private volatile boolean fail;
  private Dir dir;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    Kernel kernel = countingFsyncs(Kernel.linux());
    Fd fd = Objects.requireNonNull(TrustedPath.tryOpen(kernel, temporary));
    dir = Dir.verified(kernel, fd, Access.privateTo(kernel.effectiveUserId()));
  }

  private Kernel countingFsyncs(Kernel real) {
    return (Kernel)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Kernel.class},
            (_, method, arguments) -> {
              if (method.getName().equals("fsync")) {
                if (syncs.incrementAndGet() == 1 && holdFirst) firstMayEnd.await();
                if (fail) throw new ErrnoException("fsync", "somewhere", Errno.EIO);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void everybodyWhoArrivedDuringASyncSharesTheNext() throws Exception {
    holdFirst = true;
    GroupSync group = new GroupSync(dir.path(), dir::sync);
    List<Thread> threads = new ArrayList<>();
    threads.add(start(group));
    Awaitility.await().until(() -> syncs.get() == 1);
    for (int i = 0; i < 20; i++) threads.add(start(group));
    Awaitility.await().until(() -> threads.stream().skip(1).allMatch(GroupSyncTest::isWaiting));
    firstMayEnd.countDown();
    for (Thread thread : threads) thread.join();
    assertThat(syncs).hasValue(2);
  }

  private static Thread start(GroupSync group) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                group.sync();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  @Test
  void aFailedSyncIsNeverRetriedIntoASuccess() throws Exception {
    GroupSync group = new GroupSync(dir.path(), dir::sync);
    fail = true;
    assertThatThrownBy(group::sync)
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("may not survive a power cut");
    assertThat(syncs).hasValue(1);
    fail = false;
    group.sync();
    assertThat(syncs).hasValue(2);
  }
}
