package dev.parley.testkit.crash;

import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Interceptor;
import java.util.Objects;

/// Kernels on which every filesystem looks like one that keeps durable sends, wherever the test
/// runs.
public final class PretendedDisk {
  private static final long XFS = 0x58465342;

  private PretendedDisk() {}

  /// `kernel`, but statfs(2) says xfs.
  public static Kernel over(Kernel kernel) {
    return Interceptor.over(
        kernel,
        call -> {
          Object result = call.proceed();
          return call.is("filesystem")
              ? withType((FilesystemStatus) Objects.requireNonNull(result))
              : result;
        });
  }

  private static FilesystemStatus withType(FilesystemStatus status) {
    return new FilesystemStatus(
        XFS,
        status.blockSizeBytes(),
        status.totalBlocks(),
        status.availableBlocks(),
        status.totalInodes(),
        status.freeInodes(),
        status.maxNameBytes(),
        status.readOnly(),
        status.mandatoryLocks());
  }
}
