package dev.parley.primitive.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadinessTest {
  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Kernel kernel = Kernel.linux();
  private Fd reading;
  private Fd writing;
  private Readiness readiness;

  @BeforeEach
  void open() throws IOException {
    Fd[] pipe = kernel.pipe();
    reading = pipe[0];
    writing = pipe[1];
    readiness = Readiness.open(kernel);
  }

  @AfterEach
  void close() {
    readiness.close();
    reading.close();
    writing.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWaitEndsWhenTheDescriptorIsReady(boolean virtual) throws Exception {
    Waiting waiting = new Waiting(virtual, LONG_NANOS);
    waiting.awaitAsleep();
    kernel.write(writing, new byte[1], 0, 1);
    assertThat(waiting.get()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWaitEndsWhenTimeIsUp(boolean virtual) throws Exception {
    assertThat(new Waiting(virtual, 1_000_000).get()).isFalse();
    assertThat(new Waiting(virtual, -1).get()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptEndsTheWaitAndClosesNothing(boolean virtual) throws Exception {
    Waiting waiting = new Waiting(virtual, LONG_NANOS);
    waiting.awaitAsleep();
    waiting.thread.interrupt();
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
    kernel.write(writing, new byte[1], 0, 1);
    assertThat(new Waiting(virtual, LONG_NANOS).get()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptBeforehandIsNotForgotten(boolean virtual) {
    kernelWrites();
    Waiting waiting = new Waiting(virtual, LONG_NANOS, true);
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWakeEndsOneWaitTheNextIfNobodyWaits(boolean virtual) throws Exception {
    Waiting waiting = new Waiting(virtual, LONG_NANOS);
    waiting.awaitAsleep();
    readiness.wake();
    assertThat(waiting.get()).isTrue();
    readiness.wake();
    assertThat(new Waiting(virtual, LONG_NANOS).get()).isTrue();
    assertThat(new Waiting(virtual, 1).get()).isFalse();
  }

  private void kernelWrites() {
    try {
      kernel.write(writing, new byte[1], 0, 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// A thread that waits for the pipe.
  private final class Waiting {
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();
    private final Thread thread;

    Waiting(boolean virtual, long nanos) {
      this(virtual, nanos, false);
    }

    Waiting(boolean virtual, long nanos, boolean interrupted) {
      Runnable task =
          () -> {
            if (interrupted) Thread.currentThread().interrupt();
            try {
              result.complete(
                  readiness.await(List.of(new Readiness.Wanted(reading, Poll.IN)), nanos));
            } catch (IOException | InterruptedException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          };
      thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    }

    void awaitAsleep() {
      Awaitility.await()
          .until(() -> thread.isVirtual() ? isParked() : kernelSaysItPolls() || !thread.isAlive());
    }

    private boolean isParked() {
      return thread.getState() == Thread.State.TIMED_WAITING
          || thread.getState() == Thread.State.WAITING;
    }

    /// Some thread of this process is inside ppoll.
    private boolean kernelSaysItPolls() throws IOException {
      try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
        for (Path task : tasks) {
          String call = Files.readString(task.resolve("syscall"));
          if (call.startsWith("271 ") || call.startsWith("73 ")) return true;
        }
      }
      return false;
    }

    boolean get() throws Exception {
      return result.get(30, TimeUnit.SECONDS);
    }
  }
}
