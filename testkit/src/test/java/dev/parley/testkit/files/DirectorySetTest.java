package dev.parley.testkit.files;

import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.contract.DirectorySetContract;
import org.junit.jupiter.api.Nested;

class DirectorySetTest {
  @Nested
  class OnThisKernel extends DirectorySetContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  /// Listings take many calls: snapshots follow inotify.
  @Nested
  class WithShortCalls extends DirectorySetContract {
    private final Kernel kernel =
        FaultyKernel.over(Kernel.linux())
            .shorten("readAt", 99)
            .shorten("write", 99)
            .shorten("readDirectory", 1000)
            .kernel();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class WithoutUnnamedFiles extends DirectorySetContract {
    private final Kernel kernel =
        FaultyKernel.over(Kernel.linux())
            .failFrom(Kernels::opensUnnamed, 1, Errno.EOPNOTSUPP)
            .failFrom("renameNoReplaceAt", 1, Errno.EINVAL)
            .kernel();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }
}
