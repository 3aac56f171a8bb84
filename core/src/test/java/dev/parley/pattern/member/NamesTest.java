package dev.parley.pattern.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.InvalidNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"mail", "mail.outgoing", "9", "a_b-c.D"})
  void validNamesAreTaken(String name) {
    assertThat(Names.queue(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../x", "a/b", ".hidden", "-x", "a\0b", "a b", "ä", "a\nb"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Names.queue(name))
        .isInstanceOf(InvalidNameException.class)
        .message()
        .doesNotContain("\0")
        .doesNotContain("\n");
  }

  @Test
  void aNameHas128CharactersAtMost() {
    assertThat(Names.queue("a".repeat(128))).hasSize(128);
    assertThatThrownBy(() -> Names.queue("a".repeat(129))).isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> Names.topic("a".repeat(129))).isInstanceOf(InvalidNameException.class);
  }
}
