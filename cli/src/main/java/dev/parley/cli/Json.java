package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/// JSON, for `--json`. The library behind it loads with the first object.
final class Json {
  private Json() {}

  /// One line of JSON.
  static String text(Map<String, ?> object) throws IOException {
    try {
      return JSON.std.asString(object);
    } catch (JacksonException e) {
      throw new IOException("cannot print as JSON: " + e.getMessage(), e);
    }
  }

  /// What a line of JSON says.
  static Map<String, Object> parse(String line) throws IOException {
    try {
      return JSON.std.mapFrom(line);
    } catch (JacksonException e) {
      throw new IOException("not JSON: " + e.getMessage(), e);
    }
  }

  /// Adds the payload: as `payload` if it is UTF-8 text, else as `payloadBase64`.
  static void putPayload(Map<String, Object> object, byte[] payload) {
    Optional<String> text = utf8(payload);
    if (text.isPresent()) {
      object.put("payload", text.get());
    } else {
      object.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
    }
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
