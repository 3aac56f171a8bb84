package dev.parley.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.watch.Uevents;
import dev.parley.primitive.watch.Uevents.Uevent;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.FaultyKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UeventsTest {
  private static final Path DEVICE = Path.of("/sys/class/mem/null/uevent");

  @Test
  void whatTheKernelAnnouncesIsToldWithItsProperties() throws Exception {
    assumeTrue(Files.isWritable(DEVICE), "skipped: needs root and a writable /sys");
    try (Uevents uevents = Uevents.open(Kernel.linux())) {
      Files.writeString(DEVICE, "change");
      Await.until(
          "it is told",
          () -> {
            Optional<Uevent> next = uevents.await(Duration.ofMillis(100));
            if (next.isEmpty() || !next.get().device().endsWith("/mem/null")) return false;
            assertThat(next.get().action()).isEqualTo("change");
            assertThat(next.get().properties())
                .containsEntry("SUBSYSTEM", "mem")
                .containsEntry("DEVNAME", "null");
            return true;
          });
    }
  }

  @Test
  void whatWasLostIsSaidAndAWakeEndsAWait() throws Exception {
    FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
    try (Uevents uevents = Uevents.open(kernel.kernel())) {
      kernel.fail("netlinkReceive", 1, Errno.ENOBUFS);
      assertThat(uevents.await(Duration.ofMinutes(1))).map(Uevent::action).contains(Uevent.MISSED);
      CompletableFuture<Boolean> ended = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  while (uevents.await(Duration.ofDays(1)).isPresent()) {
                    // Devices of this machine.
                  }
                  ended.complete(true);
                } catch (Exception e) {
                  ended.completeExceptionally(e);
                }
              });
      uevents.wake();
      assertThat(ended.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
