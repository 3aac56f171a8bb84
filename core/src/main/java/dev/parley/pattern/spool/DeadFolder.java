package dev.parley.pattern.spool;

import dev.parley.DeadLetters;
import dev.parley.Failure;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The dead letters of a queue: files in `dead/`, their reasons in `history/`.
final class DeadFolder implements DeadLetters {
  private static final int MOST_HISTORY_BYTES = 16 << 20;

  private final Membership membership;
  private final QueueFolder folder;
  private final Runnable onReplay;

  /// @param onReplay what to do when something was put back to the front
  DeadFolder(Membership membership, QueueFolder folder, Runnable onReplay) {
    this.membership = membership;
    this.folder = folder;
    this.onReplay = onReplay;
  }

  private Dir dead() throws IOException {
    return folder.part(QueueFolder.DEAD);
  }

  @Override
  public List<DeadLetter> list() throws IOException {
    List<DeadLetter> letters = new ArrayList<>();
    for (String file : dead().names()) {
      MessageName name = MessageName.parse(file);
      if (name != null) letters.add(letter(name, Optional.empty()));
    }
    return letters;
  }

  @Override
  public Optional<DeadLetter> find(String id) throws IOException {
    for (String file : dead().names()) {
      MessageName name = MessageName.parse(file);
      if (name != null && name.id().equals(id)) {
        return Optional.of(letter(name, Optional.ofNullable(Browser.tryRead(dead(), file, name))));
      }
    }
    return Optional.empty();
  }

  private DeadLetter letter(MessageName name, Optional<dev.parley.Message> message)
      throws IOException {
    return History.letter(name, message, history(name.id()));
  }

  private List<String> history(String id) throws IOException {
    byte[] bytes = folder.part(QueueFolder.HISTORY).tryRead(id, MOST_HISTORY_BYTES);
    return bytes == null ? List.of() : new String(bytes, StandardCharsets.UTF_8).lines().toList();
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
    int replayed = 0;
    for (String file : dead().names()) {
      MessageName name = MessageName.parse(file);
      if (name == null || !wanted.test(name.id())) continue;
      String member = membership.self().id();
      folder.record(
          name.id(), History.line("replayed", name.attempts(), member, Failure.of("replayed")));
      long token = membership.epoch().tokenAfter(name.token());
      if (Moves.toFront(folder, dead(), file, name.replayed(token))) replayed++;
    }
    onReplay.run();
    return replayed;
  }

  @Override
  public int remove(Collection<String> ids) throws IOException {
    return remove(Set.copyOf(ids)::contains);
  }

  @Override
  public int removeAll() throws IOException {
    return remove(_ -> true);
  }

  private int remove(Predicate<String> wanted) throws IOException {
    int removed = 0;
    for (String file : dead().names()) {
      MessageName name = MessageName.parse(file);
      if (name == null || !wanted.test(name.id())) continue;
      if (!tryRemove(file)) continue;
      folder.forget(name.id());
      removed++;
    }
    return removed;
  }

  /// A dead letter may be a folder that somebody put where a message should have been.
  private boolean tryRemove(String file) throws IOException {
    var status = dead().statusOf(file);
    if (status == null) return false;
    if (!status.isDirectory()) return dead().tryUnlink(file);
    dead().removeTree(file);
    return !dead().has(file);
  }
}
