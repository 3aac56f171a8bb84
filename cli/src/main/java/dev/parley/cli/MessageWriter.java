package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.Message;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes messages to standard output: their payloads, or all about them as JSON.
final class MessageWriter {
  private final Printer printer;
  private final boolean json;
  private final String separator;

  /// @param separator what follows each payload
  MessageWriter(Printer printer, boolean json, String separator) {
    this.printer = printer;
    this.json = json;
    this.separator = separator;
  }

  /// When this returns, the kernel has it.
  ///
  /// @param source where it came from, such as `queue` and its name; in JSON only
  void write(Map<String, String> source, Claim claim) throws IOException {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>(source);
      object.put("token", claim.token());
      object.putAll(describe(claim.message()));
      printer.json(object);
    } else {
      printer.payload(claim.message().payload(), separator);
    }
  }

  /// The same for a message that nobody claimed.
  void write(Map<String, String> source, Message message) throws IOException {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>(source);
      object.putAll(describe(message));
      printer.json(object);
    } else {
      printer.payload(message.payload(), separator);
    }
  }

  /// All about a message, for JSON.
  static Map<String, Object> describe(Message message) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", message.id());
    object.put("priority", message.priority());
    object.put("attempt", message.attempt());
    object.put("sent", message.sent().toString());
    object.put("sender", message.sender());
    message.expires().ifPresent(time -> object.put("expires", time.toString()));
    message.deduplicationId().ifPresent(id -> object.put("deduplicationId", id));
    object.put("headers", message.headers());
    Json.putPayload(object, message.payload());
    return object;
  }
}
