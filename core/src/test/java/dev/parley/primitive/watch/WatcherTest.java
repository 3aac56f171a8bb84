package dev.parley.primitive.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.TestDirs;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatcherTest {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Dir dir;
  private Watcher watcher;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    dir = TestDirs.open(temporary);
    watcher = Watcher.acquire(Kernel.linux());
  }

  @AfterEach
  void close() {
    watcher.release();
    dir.close();
  }

  @Test
  void everyListenerOfADirectoryHearsWhatItAskedFor() throws IOException {
    watcher.watch(dir, InotifyEvent.CREATE, event -> heard.add("created " + event.name()));
    watcher.watch(dir, InotifyEvent.DELETE, event -> heard.add("deleted " + event.name()));
    dir.tryMake("a");
    dir.tryRemove("a");
    Awaitility.await().until(() -> heard.size() == 2);
    assertThat(heard).containsExactly("created a", "deleted a");
  }

  @Test
  void aClosedRegistrationHearsNothing() throws IOException {
    watcher.watch(dir, InotifyEvent.CREATE, event -> heard.add("closed")).close();
    watcher.watch(dir, InotifyEvent.CREATE, event -> heard.add("open"));
    dir.tryMake("a");
    Awaitility.await().until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly("open");
  }

  @Test
  void aFailingListenerDoesNotSilenceTheOthers() throws IOException {
    watcher.watch(
        dir,
        InotifyEvent.CREATE,
        _ -> {
          throw new IllegalStateException("on purpose");
        });
    watcher.watch(dir, InotifyEvent.CREATE, event -> heard.add("heard"));
    dir.tryMake("a");
    Awaitility.await().until(() -> heard.contains("heard"));
  }

  @Test
  void timersRunInTheirOrderUnlessClosed() {
    // Set by the thread that runs them: none runs before all are set. One is overdue by so much
    // that
    // no pause of this thread can change their order.
    watcher.after(
        Duration.ZERO,
        () -> {
          watcher.after(Duration.ofMillis(20), () -> heard.add("second"));
          watcher.after(Duration.ofHours(-1), () -> heard.add("first"));
          watcher.after(Duration.ofMillis(1), () -> heard.add("closed")).close();
        });
    Awaitility.await().until(() -> heard.size() == 2);
    assertThat(heard).containsExactly("first", "second");
  }

  @Test
  void oneInstanceServesAllUsersOfAKernel() throws IOException {
    Watcher again = Watcher.acquire(Kernel.linux());
    assertThat(again).isSameAs(watcher);
    again.release();
  }
}
