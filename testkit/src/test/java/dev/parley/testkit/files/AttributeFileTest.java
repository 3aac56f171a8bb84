package dev.parley.testkit.files;

import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Mount;
import dev.parley.testkit.contract.AttributeContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// The contract on each filesystem that this machine can mount, and where inotify is used up.
class AttributeFileTest {
  @Nested
  class InMemory extends AttributeContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  @Nested
  class WithoutInotify extends AttributeContract {
    private final Kernel kernel =
        FaultyKernel.over(Kernel.linux()).failFrom("inotifyInit", 1, Errno.EMFILE).kernel();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class Ext4 extends OnMount {
    Ext4() {
      super(Mount.Kind.EXT4);
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
  abstract static class OnMount extends AttributeContract {
    private final Mount.Kind kind;
    private Mount mount;
    private Path directory;
    private int directories;

    OnMount(Mount.Kind kind) {
      this.kind = kind;
    }

    @BeforeAll
    void mount() throws IOException, InterruptedException {
      mount = Mount.of(kind);
      next();
    }

    @AfterAll
    void unmount() throws IOException, InterruptedException {
      if (mount != null) mount.close();
    }

    private void next() throws IOException {
      directory = Files.createDirectory(mount.path().resolve("test" + directories++));
    }

    @AfterEach
    void leave() throws IOException {
      next();
    }

    @Override
    protected Path directory() {
      return directory;
    }

    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }
}
