package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "10s, PT10S",
    "10, PT10S",
    "0, PT0S",
    "0.5, PT0.5S",
    "1.5h, PT1H30M",
    "1h30m, PT1H30M",
    "2d, PT48H",
    "1m1ms, PT1M0.001S",
    "90m, PT1H30M"
  })
  void readsWhatPeopleWrite(String text, Duration meaning) {
    assertThat(Durations.parse(text)).isEqualTo(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "10 s",
        "-1s",
        "1h30",
        "1x",
        "1e3",
        ".5s",
        "5.s",
        "1hh",
        "999999d",
        "99999999999999999999",
        "36500d36500d",
        "１s"
      })
  void refusesTheRest(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
  }

  @Property
  void readsWhatItWrites(@ForAll @LongRange(min = 0, max = 1L << 40) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Durations.parse(Durations.exact(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"PT0.25S, 250ms", "PT59.9S, 59s", "PT61S, 1m1s", "PT1H30M5S, 1h30m", "PT49H, 2d1h"})
  void showsTheTwoLargestUnits(Duration duration, String text) {
    assertThat(Durations.about(duration)).isEqualTo(text);
  }
}
