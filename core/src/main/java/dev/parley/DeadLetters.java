package dev.parley;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a queue has given up on, each with its reason and history.
public interface DeadLetters {
  /// All of them, oldest message first, without payloads read.
  List<DeadLetter> list() throws IOException;

  Optional<DeadLetter> find(String id) throws IOException;

  /// Sends them again, as new attempts.
  ///
  /// @return how many were found
  int replay(Collection<String> ids) throws IOException;

  int replayAll() throws IOException;

  int remove(Collection<String> ids) throws IOException;

  int removeAll() throws IOException;

  /// A dead letter.
  ///
  /// @param reason the last line of its history in a word or a sentence; `unknown` if a person
  ///   moved it here
  /// @param died when, if the history says so
  /// @param message what it was; empty if the file is damaged or no message at all
  /// @param history one JSON object a line, oldest first
  record DeadLetter(
      String id,
      int attempts,
      String reason,
      Optional<Instant> died,
      Optional<Message> message,
      List<String> history) {}
}
