package dev.parley.cli;

import dev.parley.Space;
import dev.parley.Space.MemberInfo;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.HostProcess;
import dev.parley.primitive.presence.Presence;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is at a name of a space. Its own files say who holds messages; who waits for some has the
/// queue's ear locked or its baton open.
final class SpacePresence {
  private final Space space;
  private final Kernel kernel;
  private final List<Sighting> sightings = new ArrayList<>();
  private final Set<String> unseen = new LinkedHashSet<>();

  SpacePresence(Space space, Kernel kernel) {
    this.space = space;
    this.kernel = kernel;
  }

  record Seen(List<Sighting> sightings, List<String> unseen) {}

  /// @throws dev.parley.NoSuchNameException if it is gone
  Seen at(String name) throws IOException {
    Map<String, MemberInfo> members = new HashMap<>();
    for (MemberInfo member : space.members()) members.put(member.id(), member);
    for (Snapshot.QueueLine line : Snapshot.of(space, name).queues()) {
      line.stats()
          .holders()
          .forEach((id, claims) -> tellHolder(id, members.get(id), claims, line.name()));
      tellWaiters(line);
    }
    return new Seen(List.copyOf(sightings), List.copyOf(unseen));
  }

  private void tellHolder(String id, @Nullable MemberInfo member, long claims, String queue) {
    Map<String, Object> more = new HashMap<>();
    more.put("queue", queue);
    more.put("member", id);
    more.put("claims", claims);
    String detail = Words.count(claims, "message") + " of " + queue;
    if (member == null) {
      sightings.add(new Sighting("?", "?", "member " + id, "holds", detail, more));
      return;
    }
    more.put("state", member.state());
    if (!member.state().equals("alive")) detail += ", " + member.state();
    sightings.add(
        new Sighting(
            String.valueOf(member.pid()), member.user(), member.command(), "holds", detail, more));
  }

  private void tellWaiters(Snapshot.QueueLine line) throws IOException {
    Path folder =
        line.kind().equals("queue")
            ? space.path().resolve("queues").resolve(line.name())
            : space.path().resolve("topics").resolve(line.name().replaceFirst("/", "/subs/"));
    Set<HostProcess> waiters = new LinkedHashSet<>();
    for (String file : List.of("wake/ear", "wake/baton")) {
      try (Route route = Route.of(kernel, folder.resolve(file))) {
        Fd end = route.end();
        if (end == null) continue;
        Presence presence = Presence.at(kernel, end);
        unseen.addAll(presence.unseen());
        for (Tie tie : presence.ties()) {
          boolean listens = tie instanceof Tie.Lock || tie instanceof Tie.Open;
          HostProcess process = tie.process();
          if (listens && process != null) waiters.add(process);
        }
      }
    }
    for (HostProcess waiter : waiters) {
      Tie tie = new Tie.Place(waiter, "waits");
      Sighting sighting = Sighting.of(tie);
      sighting.more().put("queue", line.name());
      sightings.add(
          new Sighting(
              sighting.pid(),
              sighting.user(),
              sighting.command(),
              "waits",
              "for messages of " + line.name(),
              sighting.more()));
    }
  }
}
