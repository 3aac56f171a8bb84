package dev.parley;

import java.nio.charset.StandardCharsets;

/// How values of one type become payloads and values again.
public interface Codec<T> {
  /// UTF-8 text.
  Codec<String> TEXT =
      new Codec<>() {
        @Override
        public byte[] encode(String value) {
          return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] payload) {
          return new String(payload, StandardCharsets.UTF_8);
        }
      };

  byte[] encode(T value);

  /// @throws RuntimeException if the bytes are no `T`; reject the claim then, a retry would not
  ///   help
  T decode(byte[] payload);
}
