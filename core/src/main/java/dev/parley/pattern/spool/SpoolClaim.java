package dev.parley.pattern.spool;

import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.pattern.queue.HeldClaim;
import dev.parley.pattern.queue.MessageName;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A claim: a file in this member's folder, under a name with the claim's token.
final class SpoolClaim extends HeldClaim {
  private final SpoolQueue queue;
  private final Dir claims;
  private final boolean first;

  /// @param first whether the message was never claimed before
  SpoolClaim(SpoolQueue queue, Dir claims, MessageName name, boolean first, Message message) {
    super(queue.name(), name, message);
    this.queue = queue;
    this.claims = claims;
    this.first = first;
  }

  private String file() {
    return name().format();
  }

  @Override
  protected boolean acknowledge() throws IOException {
    return queue.acknowledge(claims, file(), name(), first);
  }

  @Override
  protected boolean retryLater(Failure failure) throws IOException {
    return queue.retryLater(claims, file(), name(), failure);
  }

  @Override
  protected boolean bury(Failure failure) throws IOException {
    return queue.bury(claims, file(), name(), failure);
  }

  @Override
  protected @Nullable MessageName lease(Duration lease) throws IOException {
    MessageName longer = name().leasedUntil(queue.leaseEnd(lease));
    if (longer.until() == name().until()) return longer;
    return claims.move(file(), claims, longer.format()) == Move.MOVED ? longer : null;
  }

  @Override
  protected boolean isValid() throws IOException {
    return claims.has(file());
  }

  @Override
  protected void giveBack() throws IOException {
    queue.giveBack(claims, file(), name());
  }

  @Override
  protected void forget() {
    queue.forget(this);
  }

  @Override
  protected void requireNotEvicted() throws IOException {
    queue.requireNotEvicted();
  }
}
