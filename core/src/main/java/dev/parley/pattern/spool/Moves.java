package dev.parley.pattern.spool;

import dev.parley.Failure;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.RandomName;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The moves of messages between a queue's folders, other than sends and claims. Each is one
/// rename; each answers false if the file was no longer where it was said to be, because whoever
/// was faster has moved it.
final class Moves {
  private Moves() {}

  /// Back to the front of the ready messages.
  static boolean toFront(QueueFolder folder, Dir from, String file, MessageName name)
      throws IOException {
    MessageName waiting = name.waiting();
    try (Dir lane = folder.openOrMakeReady(name.priority())) {
      while (true) {
        List<String> buckets = Buckets.byKey(lane);
        String oldest = buckets.isEmpty() ? Buckets.ofKey(name.key()) : buckets.getFirst();
        if (buckets.isEmpty()) lane.tryMake(oldest);
        try (Dir bucket = lane.tryOpen(oldest)) {
          if (bucket != null) {
            if (from.moveOnce(file, bucket, waiting.format()) == Move.MOVED) return true;
          }
        }
        if (!from.has(file)) return false;
        folder.requireThere();
      }
    }
  }

  /// To the dead letters, with a last line in its history first.
  static boolean toDead(
      QueueFolder folder, Dir from, String file, MessageName name, String member, Failure failure)
      throws IOException {
    folder.record(name.id(), History.line("dead", name.attempts(), member, failure));
    return into(folder, QueueFolder.DEAD, from, file, name);
  }

  /// To the dead letters under a new name, unopened: something that is no message.
  static boolean quarantine(QueueFolder folder, Dir from, String file, String member)
      throws IOException {
    String id =
        MessageName.id(
            folder.root().kernel().realtimeNanos(), RandomName.hex(MessageName.HANDLE_DIGITS));
    Failure failure =
        Failure.of("not a message").withDetails(Map.of("name", file, "found", from.path()));
    return toDead(folder, from, file, MessageName.fresh(id, 4), member, failure);
  }

  static boolean toHeld(QueueFolder folder, Dir from, String file, MessageName name)
      throws IOException {
    return into(folder, QueueFolder.HELD, from, file, name);
  }

  static boolean toDone(QueueFolder folder, Dir from, String file, MessageName name, long now)
      throws IOException {
    Dir done = folder.part(QueueFolder.DONE);
    while (true) {
      try (Dir bucket = done.openOrMake(Buckets.ofTime(now))) {
        if (from.moveOnce(file, bucket, name.waiting().format()) == Move.MOVED) return true;
      }
      if (!from.has(file)) return false;
      folder.requireThere();
    }
  }

  private static boolean into(
      QueueFolder folder, String part, Dir from, String file, MessageName name) throws IOException {
    String newName = name.waiting().format();
    while (from.moveOnce(file, folder.part(part), newName) != Move.MOVED) {
      if (!from.has(file)) return false;
      folder.reopen(part); // somebody removed the folder
    }
    return true;
  }
}
