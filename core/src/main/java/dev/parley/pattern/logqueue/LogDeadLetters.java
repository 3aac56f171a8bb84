package dev.parley.pattern.logqueue;

import dev.parley.DeadLetters;
import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Bell;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.QueueFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The dead letters of a log queue.
final class LogDeadLetters implements DeadLetters {
  private final Membership membership;
  private final QueueFolder folder;
  private final LogStore store;
  private final Bell messages;

  LogDeadLetters(Membership membership, QueueFolder folder, LogStore store, Bell messages) {
    this.membership = membership;
    this.folder = folder;
    this.store = store;
    this.messages = messages;
  }

  @Override
  public List<DeadLetter> list() throws IOException {
    return store.look(
        log -> {
          List<DeadLetter> letters = new ArrayList<>();
          for (Entry entry : log.at(Place.DEAD)) letters.add(letter(entry, Optional.empty()));
          return letters;
        });
  }

  @Override
  public Optional<DeadLetter> find(String id) throws IOException {
    return store.look(
        log -> {
          Entry entry = log.find(id);
          if (entry == null || entry.place != Place.DEAD) return Optional.empty();
          return Optional.of(letter(entry, LogBrowser.read(store, folder, entry)));
        });
  }

  private static DeadLetter letter(Entry entry, Optional<Message> message) {
    return History.letter(entry.name, message, List.copyOf(entry.history));
  }

  @Override
  public int replay(Collection<String> ids) throws IOException {
    return replay(Set.copyOf(ids)::contains);
  }

  @Override
  public int replayAll() throws IOException {
    return replay(_ -> true);
  }

  private int replay(Predicate<String> wanted) throws IOException {
    String member = membership.self().id();
    long now = membership.kernel().realtimeNanos();
    int replayed =
        forEach(
            wanted,
            entry -> {
              String line =
                  History.line("replayed", entry.name.attempts(), member, Failure.of("replayed"));
              long token = membership.epoch().tokenAfter(entry.name.token());
              return new Step.Move(
                  Place.READY, entry.name.replayed(token), Step.NOBODY, now, List.of(line));
            });
    if (replayed > 0) messages.ring();
    return replayed;
  }

  @Override
  public int remove(Collection<String> ids) throws IOException {
    return forEach(Set.copyOf(ids)::contains, entry -> new Step.Drop(entry.name));
  }

  @Override
  public int removeAll() throws IOException {
    return forEach(_ -> true, entry -> new Step.Drop(entry.name));
  }

  private interface Act {
    Step step(Entry entry) throws IOException;
  }

  private int forEach(Predicate<String> wanted, Act act) throws IOException {
    return store.change(
        log -> {
          List<Entry> found =
              log.at(Place.DEAD).stream().filter(each -> wanted.test(each.name.id())).toList();
          for (Entry entry : found) store.step(act.step(entry));
          return found.size();
        });
  }
}
