package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sys.Kernel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void isWhatJavaSaysWhereJavaCanSayIt() throws Exception {
    Map<String, String> variables = Environment.exact(Kernel.linux());
    assertThat(variables).containsEntry("PATH", System.getenv("PATH"));
    assertThat(variables.keySet()).isSubsetOf(System.getenv().keySet());
  }

  @Test
  void bytesThatAreNoTextAreKept() {
    byte[] bytes = {'A', '=', 'x', (byte) 0xFF, (byte) 0xC3, (byte) 0xBC, 0, 'B', '=', '=', 0};
    assertThat(Environment.parse(bytes)).isEqualTo(Map.of("A", "x\uDCFFü", "B", "="));
  }

  @Test
  void theLocaleThatTheLauncherChoseIsUndone() {
    assertThat(parse("LC_ALL=C.UTF-8\0PARLEY_SAVED_LC_ALL=\0")).isEmpty();
    assertThat(parse("LC_ALL=C.UTF-8\0PARLEY_SAVED_LC_ALL==C\0")).isEqualTo(Map.of("LC_ALL", "C"));
    assertThat(parse("LC_ALL=de_DE.UTF-8\0")).isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8"));
  }

  private static Map<String, String> parse(String environment) {
    return Environment.parse(environment.getBytes(UTF_8));
  }
}
