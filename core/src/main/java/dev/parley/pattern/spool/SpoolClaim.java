package dev.parley.pattern.spool;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.pattern.queue.MessageName;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import java.io.IOException;
import java.time.Duration;

/// A claim: a file in this member's folder, under a name with the claim's token.
final class SpoolClaim implements Claim {
  private static final System.Logger LOG = System.getLogger(SpoolClaim.class.getName());

  private final SpoolQueue queue;
  private final Dir claims;
  private final Message message;
  private MessageName name;
  private String file;
  private final boolean first;
  private boolean ended;

  /// @param first whether the message was never claimed before
  SpoolClaim(SpoolQueue queue, Dir claims, MessageName name, boolean first, Message message) {
    this.queue = queue;
    this.claims = claims;
    this.name = name;
    this.file = name.format();
    this.first = first;
    this.message = message;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public long token() {
    return name.token();
  }

  @Override
  public void ack() throws IOException {
    begin();
    end(queue.acknowledge(claims, file, name, first));
  }

  @Override
  public void nack(String reason) throws IOException {
    nack(Failure.of(reason));
  }

  @Override
  public void nack(Failure failure) throws IOException {
    begin();
    end(queue.retryLater(claims, file, name, failure));
  }

  @Override
  public void reject(Failure failure) throws IOException {
    begin();
    end(queue.bury(claims, file, name, failure));
  }

  @Override
  public void extend(Duration lease) throws IOException {
    begin();
    if (name.until() == 0) return;
    MessageName longer = name.leasedUntil(queue.leaseEnd(lease));
    if (longer.until() == name.until()) return;
    if (claims.move(file, claims, longer.format()) != Move.MOVED) throw lost();
    name = longer;
    file = longer.format();
  }

  @Override
  public boolean isHeld() throws IOException {
    return !ended && claims.has(file);
  }

  private void begin() throws IOException {
    if (ended)
      throw new IllegalStateException(
          "the claim of message " + message.id() + " has ended already");
    queue.requireNotEvicted();
  }

  private void end(boolean valid) throws IOException {
    ended = true;
    queue.forget(this);
    if (!valid) throw lost();
  }

  private ClaimLostException lost() {
    ended = true;
    queue.forget(this);
    return new ClaimLostException(
        "the claim of message "
            + message.id()
            + " in "
            + queue.name()
            + " is no longer valid: its lease ran out, its member was taken for dead or evicted, or somebody moved"
            + " the file; the message may be in other hands");
  }

  @Override
  public void close() {
    if (ended) return;
    ended = true;
    queue.forget(this);
    try {
      queue.giveBack(claims, file, name);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "giving back message "
              + message.id()
              + " failed; it comes back when this member has gone",
          e);
    }
  }
}
