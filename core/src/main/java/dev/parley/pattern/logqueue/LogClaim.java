package dev.parley.pattern.logqueue;

import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.pattern.queue.HeldClaim;
import dev.parley.pattern.queue.MessageName;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A claim: the last step of its message in the log.
final class LogClaim extends HeldClaim {
  private final LogQueue queue;

  LogClaim(LogQueue queue, MessageName name, Message message) {
    super(queue.name(), name, message);
    this.queue = queue;
  }

  @Override
  protected boolean acknowledge() throws IOException {
    return queue.acknowledge(name());
  }

  @Override
  protected boolean retryLater(Failure failure) throws IOException {
    return queue.retryLater(name(), failure);
  }

  @Override
  protected boolean bury(Failure failure) throws IOException {
    return queue.bury(name(), failure);
  }

  @Override
  protected @Nullable MessageName lease(Duration lease) throws IOException {
    return queue.lease(name(), lease);
  }

  @Override
  protected boolean isValid() throws IOException {
    return queue.isValid(name());
  }

  @Override
  protected void giveBack() throws IOException {
    queue.giveBack(name());
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
