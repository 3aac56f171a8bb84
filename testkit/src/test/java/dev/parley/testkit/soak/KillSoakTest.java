package dev.parley.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Short versions of `scripts/soak`.
class KillSoakTest {
  @TempDir Path temporary;

  @Test
  void killsLoseNothingAndHandNothingOutTwice() throws Exception {
    SoakReport report = KillSoak.run(options().withRounds(3).withMessages(6_000));
    assertThat(report.violations()).as(report.table()).isEmpty();
    assertThat(report.figure("kills")).isPositive();
    assertThat(report.figure("acknowledged by consumers")).isGreaterThan(5_900);
  }

  @ParameterizedTest
  @EnumSource(names = "SPOOL", mode = EnumSource.Mode.EXCLUDE)
  void killsLoseNothingInAnyOtherStore(Store store) throws Exception {
    SoakReport report = KillSoak.run(options().withStore(store).withRounds(2).withMessages(3_000));
    assertThat(report.violations()).as(report.table()).isEmpty();
    assertThat(report.figure("kills")).isPositive();
    assertThat(report.figure("acknowledged by consumers")).isGreaterThan(2_900);
  }

  @Test
  void failingSystemCallsLoseNothingAndHandNothingOutTwice() throws Exception {
    SoakReport report = KillSoak.run(options().withRounds(1).withMessages(1_200).withFaults());
    assertThat(report.violations()).as(report.table()).isEmpty();
    assertThat(report.figure("system calls made to fail")).isPositive();
  }

  @Test
  void messagesMovedByHandAreNotLostAndTheirOldClaimsFail() throws Exception {
    SoakReport report = KillSoak.run(options().withRounds(1).withMessages(2_000).withMoves());
    assertThat(report.violations()).as(report.table()).isEmpty();
    assertThat(report.figure("moved by hand")).isPositive();
  }

  private SoakOptions options() {
    Path memory = Path.of("/dev/shm");
    return SoakOptions.in(Files.isWritable(memory) ? memory : temporary);
  }
}
