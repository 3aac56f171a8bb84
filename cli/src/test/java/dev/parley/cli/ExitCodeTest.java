package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.BadFormatException;
import dev.parley.ClaimLostException;
import dev.parley.DurabilityException;
import dev.parley.EvictedException;
import dev.parley.InvalidNameException;
import dev.parley.NoSuchNameException;
import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.PayloadTooLargeException;
import dev.parley.QueueFullException;
import dev.parley.SettingsConflictException;
import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ExitCodeTest {
  static final List<Case> CASES =
      List.of(
          new Case(new NoSuchNameException("m"), 1),
          new Case(new InvalidNameException("m"), 64),
          new Case(new IllegalArgumentException("m"), 64),
          new Case(new BadFormatException("m"), 65),
          new Case(new PayloadTooLargeException("m"), 65),
          new Case(new SettingsConflictException("m"), 65),
          new Case(new DurabilityException("m"), 69),
          new Case(new CommandNotFoundException("m"), 69),
          new Case(new OutcomeUnknownException("m", new IOException("cause")), 74),
          new Case(new IOException("m"), 74),
          new Case(new ParleyException("m"), 74),
          new Case(new QueueFullException("m"), 75),
          new Case(new ClaimLostException("m"), 75),
          new Case(new EvictedException("m"), 75),
          new Case(new UnsafePathException("m"), 77),
          new Case(new ParleyException("m", errno(Errno.EACCES)), 77),
          new Case(new UncheckedIOException(new QueueFullException("m")), 75),
          new Case(new IllegalStateException("m"), 70));

  record Case(Throwable thrown, int code) {}

  @ParameterizedTest
  @FieldSource("CASES")
  void everyErrorHasItsCodeAndOneLine(Case test) {
    TestShell shell = new TestShell();
    assertThat(Errors.report(test.thrown(), shell.shell())).isEqualTo(test.code());
    assertThat(shell.err().lines()).hasSize(1);
    assertThat(shell.err()).startsWith("parley: ").contains("m");
  }

  @ParameterizedTest
  @CsvSource({
    "EACCES, 77",
    "EPERM, 77",
    "EROFS, 77",
    "ELOOP, 77",
    "ENOSPC, 74",
    "EDQUOT, 74",
    "EIO, 74",
    "ENOENT, 74",
    "EISDIR, 74",
    "EMFILE, 75",
    "ENFILE, 75",
    "ENOMEM, 75",
    "EAGAIN, 75",
    "ETIMEDOUT, 75",
    "ENOSYS, 69",
    "EOPNOTSUPP, 69"
  })
  void systemCallsThatFailedToo(Errno errno, int code) {
    assertThat(ExitCode.of(errno(errno))).isEqualTo(code);
  }

  @Test
  void nobodyIsToldOfAReaderThatWentAway() {
    TestShell shell = new TestShell();
    assertThat(Errors.report(new StdoutException(errno(Errno.EPIPE)), shell.shell())).isEqualTo(74);
    assertThat(shell.err()).isEmpty();
    assertThat(Errors.report(new StdoutException(errno(Errno.ENOSPC)), shell.shell()))
        .isEqualTo(74);
    assertThat(shell.err()).contains("ENOSPC");
  }

  @Test
  void aStackTraceIsForThoseWhoAskForIt() {
    TestShell shell = new TestShell().with("PARLEY_DEBUG", "1");
    Errors.report(new IOException("m"), shell.shell());
    assertThat(shell.err()).contains("\tat ");
  }

  @Test
  void whatOthersWroteCannotPlayWithTheTerminal() {
    TestShell shell = new TestShell().with("PARLEY_DEBUG", "1");
    Errors.report(new IOException("a\u001b[2J\u0007\u007f\u009b\r\n\tb"), shell.shell());
    assertThat(shell.err()).startsWith("parley: a?[2J????\n\tb\n").contains("\tat ");
    assertThat(shell.err()).doesNotContain("\u001b", "\u0007", "\u007f", "\u009b", "\r");
  }

  private static ErrnoException errno(Errno errno) {
    return new ErrnoException("call", "m", errno);
  }
}
