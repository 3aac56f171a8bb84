package dev.parley.testkit.files;

import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.AppendLogContract;
import org.junit.jupiter.api.Nested;

class AppendLogTest {
  @Nested
  class OnThisKernel extends AppendLogContract {
    @Override
    protected Kernel kernel() {
      return Kernel.linux();
    }
  }

  @Nested
  class OnAnOldFilesystem extends AppendLogContract {
    private final Kernel kernel = Kernels.ofAnOldFilesystem();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }

  @Nested
  class WithShortCalls extends AppendLogContract {
    private final Kernel kernel = Kernels.ofShortCalls();

    @Override
    protected Kernel kernel() {
      return kernel;
    }
  }
}
