package dev.parley.testkit.contract;

import dev.parley.Claim;
import dev.parley.Claims;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/// What the contracts share: a fresh space a test, and its clearing up.
public abstract class SpaceContract extends Contract {
  private @Nullable Space space;

  protected SpaceContract() {}

  /// A space with nothing in it, opened for this test; the contract closes it.
  protected abstract Space newSpace() throws IOException;

  /// The same space, opened by another member.
  protected Space openAgain() throws IOException {
    return opening(Space.open(space().path()));
  }

  @BeforeEach
  void openSpace() throws IOException {
    space = opening(newSpace());
  }

  protected final Space space() {
    return Objects.requireNonNull(space);
  }

  protected static Outgoing text(String text) {
    return Outgoing.of(text);
  }

  /// Claims what must come.
  protected static Claim next(Claims from) throws IOException, InterruptedException {
    return from.claim(SOON).orElseThrow(() -> new AssertionError("nothing came within " + SOON));
  }

  /// Claims the next message, acknowledges it and returns its text.
  protected static String take(Claims from) throws IOException, InterruptedException {
    try (Claim claim = next(from)) {
      claim.ack();
      return claim.message().text();
    }
  }

  /// Takes all that is ready now.
  protected static List<String> takeAll(Claims from) throws IOException {
    List<String> texts = new ArrayList<>();
    while (true) {
      try (Claim claim = from.tryClaim().orElse(null)) {
        if (claim == null) return texts;
        texts.add(claim.message().text());
        claim.ack();
      }
    }
  }

  protected static void sendAll(Queue queue, String... texts)
      throws IOException, InterruptedException {
    for (String text : texts) queue.send(text(text));
  }
}
