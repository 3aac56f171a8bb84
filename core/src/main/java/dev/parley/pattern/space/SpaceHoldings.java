package dev.parley.pattern.space;

import dev.parley.pattern.member.Holdings;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.member.Names;
import dev.parley.pattern.topic.Topics;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What members hold in all queues and topics of a space.
final class SpaceHoldings implements Holdings {
  private final Dir queues;
  private final QueueStores stores;
  private final Topics topics;

  SpaceHoldings(Dir queues, QueueStores stores, Topics topics) {
    this.queues = queues;
    this.stores = stores;
    this.topics = topics;
  }

  /// Without what no queue can be called; `fsck` tells of that.
  List<String> queueNames() throws IOException {
    return queues.names().stream().filter(Names::isQueue).toList();
  }

  @Override
  public Set<String> holders() throws IOException {
    Set<String> ids = new HashSet<>();
    for (String queue : queueNames()) stores.addHolders(queue, ids);
    topics.addHolders(ids);
    return ids;
  }

  @Override
  public boolean giveBack(String member) throws IOException {
    boolean complete = true;
    for (String queue : queueNames()) complete &= stores.giveBack(queue, member);
    complete &= topics.giveBack(member);
    return complete;
  }

  /// How many messages each member holds.
  Map<String, Integer> countClaims() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    for (String queue : queueNames()) stores.countClaims(queue, counts);
    topics.countClaims(counts);
    return counts;
  }

  /// Gives back what this handle still holds, before it leaves.
  void leave(Membership membership) throws IOException {
    String id = membership.idIfJoined();
    if (id != null) giveBack(id);
  }
}
