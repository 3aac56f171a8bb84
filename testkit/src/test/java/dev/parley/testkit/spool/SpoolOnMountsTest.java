package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Space;
import dev.parley.Store;
import dev.parley.testkit.Child;
import dev.parley.testkit.Mount;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.Puppet;
import dev.parley.testkit.contract.QueueContract;
import dev.parley.testkit.spool.Promises.Acknowledged;
import dev.parley.testkit.spool.Promises.Began;
import dev.parley.testkit.spool.Promises.Keeping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The queue's contract, and a kill, on each filesystem that this machine can mount.
class SpoolOnMountsTest {
  @Nested
  class Tmpfs extends OnMount {
    Tmpfs() {
      super(Mount.Kind.TMPFS);
    }
  }

  @Nested
  class Ext4 extends OnMount {
    Ext4() {
      super(Mount.Kind.EXT4);
    }
  }

  @Nested
  class Ext4WithoutJournal extends OnMount {
    Ext4WithoutJournal() {
      super(Mount.Kind.EXT4_WITHOUT_JOURNAL);
    }
  }

  @Nested
  class Xfs extends OnMount {
    Xfs() {
      super(Mount.Kind.XFS);
    }
  }

  @Nested
  class Btrfs extends OnMount {
    Btrfs() {
      super(Mount.Kind.BTRFS);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class OnMount extends QueueContract {
    @Override
    protected Store store() {
      return Store.SPOOL;
    }

    private final Mount.Kind kind;
    private Mount mount;
    private int spaces;

    OnMount(Mount.Kind kind) {
      this.kind = kind;
    }

    @BeforeAll
    void mount() throws IOException, InterruptedException {
      mount = Mount.of(kind);
    }

    @AfterAll
    void unmount() throws IOException, InterruptedException {
      if (mount != null) mount.close();
    }

    @Test
    void whatAKilledProcessSentAndHeldIsThere() throws Exception {
      Path place = mount.path().resolve("killed");
      List<Object> promises = new ArrayList<>();
      try (ProcessHarness processes = new ProcessHarness()) {
        Child child = processes.java(Puppet.class, place.toString());
        for (int i = 0; i < 20; i++) {
          String id = i % 2 == 0 ? " id=" + i : "";
          assertThat(child.ask("send mails m" + i + id)).startsWith("sent");
          promises.add(new Acknowledged("m" + i, Optional.empty()));
        }
        for (int i = 0; i < 5; i++) assertThat(child.ask("claim mails 0")).startsWith("claimed");
        promises.add(new Began("last", Optional.of("last")));
        child.say("send mails last id=last");
        child.kill();
      }
      try (Space space = Space.open(place)) {
        new Promises(promises).check(space, "mails", Keeping.ALL);
      }
    }

    @Override
    protected Space newSpace() throws IOException {
      return Space.open(mount.path().resolve("space" + spaces++));
    }
  }
}
