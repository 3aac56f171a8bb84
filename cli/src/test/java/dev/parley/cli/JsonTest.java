package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void aPayloadThatIsTextIsText() throws Exception {
    assertThat(Json.text(MessageWriter.describe(message("grüße\n\"x\"\0".getBytes(UTF_8)))))
        .isEqualTo(
            "{\"id\":\"i\",\"priority\":4,\"attempt\":2,\"sent\":\"2026-07-01T12:00:00Z\","
                + "\"sender\":\"s\",\"expires\":\"2026-07-02T12:00:00Z\","
                + "\"deduplicationId\":\"d\",\"headers\":{\"k\":\"v\"},"
                + "\"payload\":\"grüße\\n\\\"x\\\"\\u0000\"}");
  }

  @Test
  void aPayloadThatIsNoTextIsBase64() throws Exception {
    byte[] bytes = {(byte) 0xC3, (byte) 0x28};
    Map<String, Object> object = Json.parse(Json.text(MessageWriter.describe(message(bytes))));
    assertThat(object).doesNotContainKey("payload");
    assertThat(object.get("payloadBase64")).isEqualTo(Base64.getEncoder().encodeToString(bytes));
  }

  private static Message message(byte[] payload) {
    return new Message(
        "i",
        payload,
        4,
        2,
        Instant.parse("2026-07-01T12:00:00Z"),
        "s",
        Optional.of(Instant.parse("2026-07-02T12:00:00Z")),
        Optional.of("d"),
        Map.of("k", "v"));
  }
}
