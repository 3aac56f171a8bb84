package dev.parley.pattern.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.InvalidNameException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, orders.eu, false",
    "orders.*, orders.eu, true",
    "orders.*, orders, false",
    "orders.*, orders.eu.big, false",
    "orders.**, orders, true",
    "orders.**, orders.eu.big, true",
    "**, a, true",
    "**.big, orders.eu.big, true",
    "**.big, big, true",
    "**.big, orders.big.x, false",
    "*.eu.*, orders.eu.big, true",
    "a.**.z, a.z, true",
    "a.**.z, a.b.c.z, true",
    "a.**.z, a.b.c, false",
  })
  void patternsMatchWords(String pattern, String topic, boolean matches) {
    assertThat(TopicPattern.of(pattern).matches(topic)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "a.", ".a", "a*", "***", "a/b", "a b", "ä"})
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> TopicPattern.of(pattern)).isInstanceOf(InvalidNameException.class);
  }
}
