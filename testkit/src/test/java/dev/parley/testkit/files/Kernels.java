package dev.parley.testkit.files;

import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.testkit.Call;
import dev.parley.testkit.FaultyKernel;

/// Kernels that do less than the one the test runs on.
final class Kernels {
  private Kernels() {}

  /// Without O_TMPFILE, without RENAME_NOREPLACE and RENAME_EXCHANGE, and no inotify instance left.
  static Kernel ofAnOldFilesystem() {
    return FaultyKernel.over(Kernel.linux())
        .failFrom(Kernels::opensUnnamed, 1, Errno.EOPNOTSUPP)
        .failFrom("renameNoReplaceAt", 1, Errno.EINVAL)
        .failFrom("renameExchangeAt", 1, Errno.EINVAL)
        .failFrom("inotifyInit", 1, Errno.EMFILE)
        .kernel();
  }

  static boolean opensUnnamed(Call call) {
    return call.is("openAt") && (call.number(2) & Open.TEMPORARY) == Open.TEMPORARY;
  }

  /// Whose reads, writes and listings all fall short.
  static Kernel ofShortCalls() {
    return FaultyKernel.over(Kernel.linux())
        .shorten("read", 4099)
        .shorten("readAt", 4099)
        .shorten("write", 4099)
        .shorten("writeAt", 4099)
        .shorten("readDirectory", 1)
        .kernel();
  }
}
