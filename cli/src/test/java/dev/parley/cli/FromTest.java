package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.SubscribeOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class FromTest {
  private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

  @Test
  void knowsTheTwoEnds() {
    assertThat(From.parse("beginning", NOW)).isEqualTo(SubscribeOptions.From.BEGINNING);
    assertThat(From.parse("now", NOW)).isEqualTo(SubscribeOptions.From.NOW);
  }

  @Test
  void readsTimesWithAnOffsetAndWithout() {
    assertThat(From.parse("2026-07-01T12:00:00Z", NOW)).isEqualTo(since(NOW));
    assertThat(From.parse("2026-07-01T14:00:00+02:00", NOW)).isEqualTo(since(NOW));
    Instant local =
        LocalDateTime.parse("2026-07-01T09:30").atZone(ZoneId.systemDefault()).toInstant();
    assertThat(From.parse("2026-07-01T09:30", NOW)).isEqualTo(since(local));
    Instant day =
        LocalDateTime.parse("2026-07-01T00:00").atZone(ZoneId.systemDefault()).toInstant();
    assertThat(From.parse("2026-07-01", NOW)).isEqualTo(since(day));
  }

  @Test
  void readsAges() {
    assertThat(From.parse("10m", NOW)).isEqualTo(since(NOW.minus(Duration.ofMinutes(10))));
    assertThat(From.parse("1h30m", NOW)).isEqualTo(since(NOW.minus(Duration.ofMinutes(90))));
  }

  @Test
  void refusesWhatIsNothingOfAllThat() {
    for (String text : List.of("", "99x", "begining", "yesterday", "-1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> From.parse(text, NOW))
          .withMessageContaining("'" + text + "' is neither beginning, now");
    }
  }

  @Test
  void takesALongWordForTheIdOfAMessage() {
    assertThat(From.parse("0000000000000017", NOW))
        .isEqualTo(new SubscribeOptions.From.After("0000000000000017"));
  }

  @Test
  void refusesADayThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> From.parse("2026-02-30", NOW))
        .withMessageContaining("2026-02-30");
  }

  private static SubscribeOptions.From since(Instant time) {
    return new SubscribeOptions.From.Since(time);
  }
}
