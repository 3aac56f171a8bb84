package dev.parley.sys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Property
  void anyBytesComeBackUnchanged(@ForAll byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) if (bytes[i] == 0) bytes[i] = 1;
    assertThat(Names.encode(Names.decode(bytes, 0, bytes.length))).isEqualTo(bytes);
  }

  @Property
  void bytesAboveAsciiComeBackUnchanged(@ForAll byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) bytes[i] |= (byte) 0x80;
    assertThat(Names.encode(Names.decode(bytes, 0, bytes.length))).isEqualTo(bytes);
  }

  @Test
  void utf8IsReadAsSuch() {
    String name = "Grüße-из-東京-😀";
    byte[] bytes = name.getBytes(UTF_8);
    assertThat(Names.decode(bytes, 0, bytes.length)).isEqualTo(name);
    assertThat(Names.encode(name)).isEqualTo(bytes);
  }

  @Test
  void aByteThatIsNotUtf8BecomesItsLoneSurrogate() {
    byte[] latin = "caf\u00e9!".getBytes(ISO_8859_1);
    assertThat(Names.decode(latin, 0, latin.length)).isEqualTo("caf\udce9!");
    assertThat(Names.encode("caf\udce9!")).isEqualTo(latin);
  }

  @Test
  void aPartOfAnArrayIsReadAlone() {
    byte[] bytes = "xäy".getBytes(UTF_8);
    assertThat(Names.decode(bytes, 1, 3)).isEqualTo("ä");
  }

  @Test
  void whatNoFileCanBeCalledIsRefused() {
    assertThat(Names.encode("a\0b")).isNull();
    assertThat(Names.encode("a\ud800b")).isNull();
    assertThat(Names.encode("a\udc7fb")).isNull();
  }
}
