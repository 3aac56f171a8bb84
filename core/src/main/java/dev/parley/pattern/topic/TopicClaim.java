package dev.parley.pattern.topic;

import dev.parley.Claim;
import dev.parley.Failure;
import dev.parley.Message;
import java.io.IOException;
import java.time.Duration;

/// A claim that knows its topic.
record TopicClaim(Claim claim, String topic) implements Claim {
  @Override
  public Message message() {
    return claim.message();
  }

  @Override
  public long token() {
    return claim.token();
  }

  @Override
  public void ack() throws IOException {
    claim.ack();
  }

  @Override
  public void nack(String reason) throws IOException {
    claim.nack(reason);
  }

  @Override
  public void nack(Failure failure) throws IOException {
    claim.nack(failure);
  }

  @Override
  public void reject(Failure failure) throws IOException {
    claim.reject(failure);
  }

  @Override
  public void extend(Duration lease) throws IOException {
    claim.extend(lease);
  }

  @Override
  public boolean isHeld() throws IOException {
    return claim.isHeld();
  }

  @Override
  public void close() {
    claim.close();
  }
}
