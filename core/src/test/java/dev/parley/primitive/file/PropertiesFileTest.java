package dev.parley.primitive.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PropertiesFileTest {
  @Property
  void anyValueIsReadAsItWasWritten(@ForAll @Size(max = 5) Map<Integer, String> numbered)
      throws Exception {
    Map<String, String> lines = new LinkedHashMap<>();
    numbered.forEach((number, value) -> lines.put("key" + number, encodable(value)));
    byte[] bytes = PropertiesFile.format(lines);
    assertThat(PropertiesFile.parse(bytes, 0, bytes.length, () -> "path")).isEqualTo(lines);
  }

  /// Lone surrogates have no UTF-8 form.
  private static String encodable(String value) {
    return new String(value.getBytes(UTF_8), UTF_8);
  }

  @Test
  void aLineThatIsNoPairIsNamed() {
    byte[] bytes = "a=1\nnonsense\n".getBytes(UTF_8);
    assertThatThrownBy(() -> PropertiesFile.parse(bytes, 0, bytes.length, () -> "/the/file"))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("/the/file")
        .hasMessageContaining("nonsense");
  }

  @Test
  void aLineWithoutItsEndIsDamaged() {
    byte[] bytes = "a=1\nb=2".getBytes(UTF_8);
    assertThatThrownBy(() -> PropertiesFile.parse(bytes, 0, bytes.length, () -> "f"))
        .isInstanceOf(BadFormatException.class);
  }
}
