package dev.parley.testkit.spool;

import dev.parley.Space;
import dev.parley.testkit.Mount;
import dev.parley.testkit.contract.QueueContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// The queue's contract on each filesystem that this machine can mount.
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

    @Override
    protected Space newSpace() throws IOException {
      return Space.open(mount.path().resolve("space" + spaces++));
    }
  }
}
