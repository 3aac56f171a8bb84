package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "4096, 4096", "64k, 65536", "1K, 1024", "16M, 16777216", "2G, 2147483648"})
  void readsWhatPeopleWrite(String text, long bytes) {
    assertThat(new Sizes().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "1T", "1 k", "1.5M", "99999999999999999G"})
  void refusesTheRest(String text) {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> new Sizes().convert(text));
  }
}
