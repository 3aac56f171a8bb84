package dev.parley.sys;

/// How a child ended, decoded from waitpid(2)'s status.
///
/// @param exitCode what it passed to exit, or -1 if a signal ended it
/// @param signal the signal that ended it, or 0
public record WaitStatus(int exitCode, int signal) {
  /// Decodes wait(2)'s status word of a process that has ended.
  static WaitStatus of(int status) {
    int signal = status & 0x7F;
    return signal == 0 ? new WaitStatus((status >> 8) & 0xFF, 0) : new WaitStatus(-1, signal);
  }

  /// The shell's convention: the exit code, or 128 plus the signal.
  public int shellStatus() {
    return signal == 0 ? exitCode : 128 + signal;
  }
}
