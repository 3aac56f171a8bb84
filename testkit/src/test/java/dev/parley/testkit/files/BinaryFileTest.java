package dev.parley.testkit.files;

import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.BinaryFileContract;
import org.junit.jupiter.api.Nested;

class BinaryFileTest {
  @Nested
  class OnThisKernel extends BinaryFileContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  @Nested
  class OnAnOldFilesystem extends BinaryFileContract {
    private final Kernel kernel = Kernels.ofAnOldFilesystem();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class WithShortCalls extends BinaryFileContract {
    private final Kernel kernel = Kernels.ofShortCalls();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }
}
