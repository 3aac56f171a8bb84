package dev.parley.sys;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The system calls in which a process may wait for something to happen to a descriptor, their
/// first argument; numbered as /proc/PID/syscall shows them. Source: proc(5), syscall(2).
public enum BlockingCall {
  READ(0, 63),
  WRITE(1, 64),
  READV(19, 65),
  WRITEV(20, 66),
  CONNECT(42, 203),
  ACCEPT(43, 202),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SENDMSG(46, 211),
  RECVMSG(47, 212),
  FCNTL(72, 25),
  FLOCK(73, 32),
  ACCEPT4(288, 242),
  RECVMMSG(299, 243);

  private final int x86;
  private final int arm;

  BlockingCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /// The call with this number on this machine, if it is one of these.
  public static Optional<BlockingCall> of(long number) {
    Machine machine = Machine.current();
    return Arrays.stream(values()).filter(call -> call.numberOn(machine) == number).findFirst();
  }

  int numberOn(Machine machine) {
    return machine == Machine.X86_64 ? x86 : arm;
  }

  /// As manual pages write it.
  public String call() {
    return name().toLowerCase(Locale.ROOT);
  }
}
