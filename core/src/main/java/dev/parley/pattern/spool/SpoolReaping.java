package dev.parley.pattern.spool;

import dev.parley.BadFormatException;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Members;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What becomes of a dead member's things in one queue: its claims go back, what it had not
/// finished sending is deleted.
public final class SpoolReaping {
  private static final System.Logger LOG = System.getLogger(SpoolReaping.class.getName());

  private SpoolReaping() {}

  /// Adds the ids of the members that have a folder in the queue `name` of `parent`.
  public static void addHolders(Dir parent, String name, Set<String> ids) throws IOException {
    try (QueueFolder folder = openIfSafe(parent, name)) {
      if (folder == null) return;
      addMembers(folder.part(QueueFolder.CLAIMED), ids);
      addMembers(folder.part(QueueFolder.SENDING), ids);
    }
  }

  /// Opens a queue; null if there is none, or something else has its name, which must not stop what
  /// is done for the rest.
  private static @Nullable QueueFolder openIfSafe(Dir parent, String name) throws IOException {
    try {
      return QueueFolder.tryOpen(parent, name);
    } catch (UnsafePathException e) {
      LOG.log(System.Logger.Level.DEBUG, "left out: " + e.getMessage());
      return null;
    }
  }

  private static void addMembers(Dir dir, Set<String> ids) throws IOException {
    for (String id : dir.names()) {
      if (Members.isMemberId(id)) ids.add(id);
    }
  }

  /// Adds to `counts` how many messages each member holds in the queue `name` of `parent`.
  public static void countClaims(Dir parent, String name, Map<String, Integer> counts)
      throws IOException {
    try (QueueFolder folder = openIfSafe(parent, name)) {
      if (folder == null) return;
      Dir claimed = folder.part(QueueFolder.CLAIMED);
      for (String member : claimed.names()) {
        try (Dir claims = claimed.tryOpen(member)) {
          if (claims != null) counts.merge(member, claims.list().names().size(), Integer::sum);
        }
      }
    }
  }

  /// Gives back what `member` held in the queue `name` of `parent` and removes its folders.
  ///
  /// @return false if something is left because somebody is at work there; come again
  public static boolean giveBack(Dir parent, String name, String member) throws IOException {
    try (QueueFolder folder = openIfSafe(parent, name)) {
      if (folder == null) return true;
      boolean claims = giveBackClaims(folder, member);
      boolean sends = deleteUnsent(folder, member);
      return claims && sends;
    } catch (IOException e) {
      // What is wrong with one queue must not keep what is held in the others.
      LOG.log(System.Logger.Level.WARNING, "giving back what " + member + " held failed", e);
      return false;
    }
  }

  private static boolean giveBackClaims(QueueFolder folder, String member) throws IOException {
    Dir claimed = folder.part(QueueFolder.CLAIMED);
    try (Dir claims = claimed.tryOpen(member)) {
      if (claims == null) return true;
      int retries = retries(folder);
      for (String file : claims.list().names()) {
        MessageName name = MessageName.parse(file);
        if (name == null) {
          Moves.quarantine(folder, claims, file, member);
        } else {
          Upkeep.giveBack(folder, claims, file, name, member, retries, "its holder died");
        }
      }
    }
    return claimed.tryRemove(member);
  }

  private static int retries(QueueFolder folder) throws IOException {
    try {
      return folder.settings().retries();
    } catch (BadFormatException e) {
      return Integer.MAX_VALUE; // damaged: nothing goes to the dead letters for it
    }
  }

  private static boolean deleteUnsent(QueueFolder folder, String member) throws IOException {
    Dir sending = folder.part(QueueFolder.SENDING);
    try (Dir unsent = sending.tryOpen(member)) {
      if (unsent == null) return true;
      for (String file : unsent.list().names()) {
        String id = file.startsWith(Sender.WITH_ID) ? deduplicationId(unsent, file) : null;
        if (id != null && !Deduplication.forgetUnsent(folder, id, member, file)) return false;
        unsent.tryUnlink(file);
      }
    }
    return sending.tryRemove(member);
  }

  /// Null if it was not written whole; then nothing is known of it elsewhere either.
  private static @Nullable String deduplicationId(Dir dir, String file) throws IOException {
    try (Fd fd = dir.tryOpenFile(file)) {
      return fd == null ? null : MessageFile.read(dir, fd).deduplicationId();
    } catch (BadFormatException | UnsafePathException e) {
      return null;
    }
  }
}
