package dev.parley.testkit.files;

import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.AtomicFileContract;
import org.junit.jupiter.api.Nested;

class AtomicFileTest {
  @Nested
  class OnThisKernel extends AtomicFileContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  @Nested
  class OnAnOldFilesystem extends AtomicFileContract {
    private final Kernel kernel = Kernels.ofAnOldFilesystem();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class WithShortCalls extends AtomicFileContract {
    private final Kernel kernel = Kernels.ofShortCalls();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }
}
