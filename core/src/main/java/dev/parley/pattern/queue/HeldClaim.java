package dev.parley.pattern.queue;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Failure;
import dev.parley.Message;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A claim that ends once, whatever a store has to do for it. A store says how, in one step that
/// fails if the claim is no longer valid.
public abstract class HeldClaim implements Claim {
  private static final System.Logger LOG = System.getLogger(HeldClaim.class.getName());

  private final String queue;
  private final Message message;
  private MessageName name;
  private boolean ended;

  /// @param queue its name, for messages
  /// @param name the claimed message's name, which bears the claim's token
  protected HeldClaim(String queue, MessageName name, Message message) {
    this.queue = queue;
    this.name = name;
    this.message = message;
  }

  // ---- what a store does; each of the first four answers whether the claim was valid

  protected abstract boolean acknowledge() throws IOException;

  protected abstract boolean retryLater(Failure failure) throws IOException;

  protected abstract boolean bury(Failure failure) throws IOException;

  /// Changes the end of the lease.
  ///
  /// @return the name that the message has then; null if the claim was not valid
  protected abstract @Nullable MessageName lease(Duration lease) throws IOException;

  protected abstract boolean isValid() throws IOException;

  protected abstract void giveBack() throws IOException;

  /// The claim is over, in one way or the other.
  protected abstract void forget();

  protected abstract void requireNotEvicted() throws IOException;

  // ---- the claim

  protected final MessageName name() {
    return name;
  }

  @Override
  public final Message message() {
    return message;
  }

  @Override
  public final long token() {
    return name.token();
  }

  @Override
  public final void ack() throws IOException {
    begin();
    end(acknowledge());
  }

  @Override
  public final void nack(String reason) throws IOException {
    nack(Failure.of(reason));
  }

  @Override
  public final void nack(Failure failure) throws IOException {
    begin();
    end(retryLater(failure));
  }

  @Override
  public final void reject(Failure failure) throws IOException {
    begin();
    end(bury(failure));
  }

  @Override
  public final void extend(Duration lease) throws IOException {
    begin();
    if (name.until() == 0) return;
    MessageName longer = lease(lease);
    if (longer == null) throw lost();
    name = longer;
  }

  @Override
  public final boolean isHeld() throws IOException {
    return !ended && isValid();
  }

  private void begin() throws IOException {
    if (ended) {
      throw new IllegalStateException(
          "the claim of message " + message.id() + " has ended already");
    }
    requireNotEvicted();
  }

  private void end(boolean valid) throws IOException {
    ended = true;
    forget();
    if (!valid) throw lost();
  }

  private ClaimLostException lost() {
    ended = true;
    forget();
    return new ClaimLostException(
        "the claim of message "
            + message.id()
            + " in "
            + queue
            + " is no longer valid: its lease ran out, its member was taken for dead or evicted, or somebody moved"
            + " the file; the message may be in other hands");
  }

  @Override
  public final void close() {
    if (ended) return;
    ended = true;
    forget();
    try {
      giveBack();
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
