package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void versionNamesTheProgramAndItsRelease() {
    var out = new StringWriter();
    int code = Main.run(new String[] {"--version"}, new PrintWriter(out), new PrintWriter(out));
    assertThat(code).isZero();
    assertThat(out.toString()).startsWith("parley 0.1");
  }
}
