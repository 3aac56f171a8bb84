package dev.parley.sys;

/// [Kernel] over Linux itself. It keeps no state: one instance serves everybody.
///
/// The calls are in one interface for each area, as default methods: each borrows a [Scratch], puts
/// the arguments down there, makes the call and turns a negative result into an [ErrnoException].
final class LinuxKernel
    implements Kernel,
        LinuxFileCalls,
        LinuxLockCalls,
        LinuxWaitCalls,
        LinuxProcessCalls,
        LinuxPipeCalls,
        LinuxNetlinkCalls,
        LinuxMemoryCalls,
        LinuxSocketCalls,
        LinuxAttributeCalls {
  static final LinuxKernel INSTANCE = new LinuxKernel();

  private LinuxKernel() {}
}
