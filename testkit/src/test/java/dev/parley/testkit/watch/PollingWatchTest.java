package dev.parley.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.FileWatch;
import dev.parley.primitive.watch.WatchOptions;
import dev.parley.testkit.contract.FileWatchContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PollingWatchTest extends FileWatchContract {
  @Override
  protected WatchOptions implementation(WatchOptions options) {
    return options.withPolling(Duration.ofMillis(5));
  }

  @Test
  void aRenameIsAnEndAndABeginning() throws Exception {
    Path from = Files.writeString(directory.resolve("from"), "x");
    Path to = directory.resolve("to");
    try (FileWatch watch = open(WatchOptions.defaults(), directory)) {
      assertThat(watch.isPolling()).isTrue();
      Files.move(from, to);
      assertThat(watch.await())
          .extracting(Change::kind)
          .containsExactlyInAnyOrder(Kind.GONE, Kind.APPEARED);
    }
  }

  @Test
  void toAskForWhatPollingCannotSeeIsRefused() {
    WatchOptions options = WatchOptions.defaults().withKinds(Set.of(Kind.WRITTEN));
    assertThatThrownBy(() -> implementation(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("who has closed");
    assertThatThrownBy(() -> WatchOptions.defaults().withPolling(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheKernelMakesUpCanBePolled() throws Exception {
    try (FileWatch watch =
        open(WatchOptions.defaults().withPresentFirst(true), Path.of("/proc/sys/fs/inotify"))) {
      assertThat(watch.await()).hasSizeGreaterThan(2);
    }
  }
}
