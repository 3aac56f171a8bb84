package dev.parley.pattern.topic;

import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.TopicSettings;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.spool.SpoolQueue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The topics of a space.
public final class Topics implements AutoCloseable {
  public Topics(Membership membership) {}
  public static boolean isSubscriptionAddress(String name) { return name.indexOf('/') >= 0; }
  public @Nullable SpoolQueue openSubscriptionQueue(String name) throws IOException { return null; }
  public Topic openOrMake(String name, TopicSettings settings) throws IOException { throw new UnsupportedOperationException(); }
  public Topic openWith(String name, TopicSettings settings) throws IOException { throw new UnsupportedOperationException(); }
  public @Nullable Topic tryOpen(String name) throws IOException { return null; }
  public Subscription subscribe(SubscribeOptions options) throws IOException { throw new UnsupportedOperationException(); }
  public List<String> names() throws IOException { return List.of(); }
  public List<String> subscriptions(String topic) throws IOException { return List.of(); }
  public void addHolders(Set<String> ids) throws IOException {}
  public boolean giveBack(String member) throws IOException { return true; }
  public void countClaims(Map<String, Integer> counts) throws IOException {}
  @Override public void close() {}
}
