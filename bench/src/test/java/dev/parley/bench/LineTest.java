package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LineTest {
  @Test
  void whatIsSaidIsWhatIsUnderstood() throws Exception {
    Line line = Line.of("send").with("from", 0).with("count", -5);
    assertThat(line).hasToString("send from=0 count=-5");
    assertThat(Line.parse(line.toString())).isEqualTo(line);
  }

  @Test
  void nonsenseIsQuoted() {
    assertThatThrownBy(() -> Line.parse("send count"))
        .isInstanceOf(BenchFailedException.class)
        .hasMessageContaining("send count");
    assertThatThrownBy(() -> Line.parse("send count=x")).isInstanceOf(BenchFailedException.class);
    assertThatThrownBy(() -> Line.of("send").number("count"))
        .isInstanceOf(BenchFailedException.class)
        .hasMessageContaining("count");
  }
}
