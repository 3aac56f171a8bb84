package dev.parley.testkit.files;

import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.FileQueueContract;
import org.junit.jupiter.api.Nested;

class FileQueueTest {
  @Nested
  class OnThisKernel extends FileQueueContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  @Nested
  class OnAnOldFilesystem extends FileQueueContract {
    private final Kernel kernel = Kernels.ofAnOldFilesystem();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class WithShortCalls extends FileQueueContract {
    private final Kernel kernel = Kernels.ofShortCalls();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }
}
