package dev.parley;

import dev.parley.pattern.space.LocalSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A directory that processes have agreed on, and everything named in it.
///
/// Opening reads and checks; it joins as a member (see [#self]) only when something is sent,
/// claimed or subscribed to, so a reader needs no write permission. Closing gives back what this
/// handle holds.
///
/// Guarantees: nothing inside is reached through a symlink; a space that others could tamper with
/// is refused. Non-promise: protection from the malice of those who may write to it. Source:
/// `docs/layout.md`.
public interface Space extends AutoCloseable {

  /// Opens the space at `directory`, making it (private, 0700) if nothing is there.
  static Space open(Path directory) throws IOException {
    return open(directory, SpaceOptions.defaults());
  }

  /// @throws UnsafePathException if another user could tamper with it or it belongs to somebody
  ///   else
  /// @throws BadFormatException if it is no space, or of a format this version does not know
  /// @throws NoSuchNameException if it does not exist and `options` say not to make it
  static Space open(Path directory, SpaceOptions options) throws IOException {
    return LocalSpace.open(directory, options);
  }

  /// $PARLEY_SPACE, else $XDG_STATE_HOME/parley, else ~/.local/state/parley; /var/lib/parley for
  /// root.
  static Path defaultPath() {
    return LocalSpace.defaultPath();
  }

  Path path();

  /// The space's own id; a copy has another.
  String id();

  /// What a user should know about this place, in sentences: what is not durable here, say.
  List<String> warnings();

  /// What [Durability] a send has that asks for none in particular: `GROUP` where the mount keeps
  /// it.
  Durability defaultDurability();

  /// The queue of this name, made with default settings if it is not there. `TOPIC/NAME` is a
  /// subscription's queue, which must exist.
  ///
  /// @throws InvalidNameException if the name is not valid
  Queue queue(String name) throws IOException;

  /// The queue of this name, made with these settings if it is not there.
  ///
  /// @throws SettingsConflictException if it is there with others; names the difference
  Queue queue(String name, QueueSettings wanted) throws IOException;

  /// The queue of this name, if it is there; makes nothing.
  ///
  /// @throws NoSuchNameException if it is not there
  Queue existingQueue(String name) throws IOException;

  /// The topic of this name, made with default settings if it is not there.
  Topic topic(String name) throws IOException;

  /// @throws SettingsConflictException if it is there with other settings
  Topic topic(String name, TopicSettings wanted) throws IOException;

  /// @throws NoSuchNameException if it is not there
  Topic existingTopic(String name) throws IOException;

  /// Subscribes to every topic, present and future, that matches.
  Subscription subscribe(SubscribeOptions options) throws IOException;

  /// Ends a durable subscription in every topic, with what it has not acknowledged and its dead
  /// letters. Whoever still reads it gets a [NoSuchNameException].
  ///
  /// @return whether it was there
  boolean unsubscribe(String name) throws IOException;

  /// What is named here.
  List<Named> list() throws IOException;

  /// Who is here. Dead members that nobody has reaped yet are among them.
  List<MemberInfo> members() throws IOException;

  /// This handle's own membership; joins if it has not yet.
  Member self() throws IOException;

  /// Returns what dead and evicted members held. Whoever waits does this by himself, at once.
  ///
  /// @return how many members were reaped
  int reap() throws IOException;

  /// Looks for everything that is not as `docs/layout.md` says, in the order of the paths.
  ///
  /// @param repair whether to mend it as well
  List<Finding> check(boolean repair) throws IOException;

  /// Gives back claims, leaves, and closes every queue and subscription opened from here.
  @Override
  void close();

  /// A name in the space.
  ///
  /// @param kind `queue`, `topic` or `subscription`
  record Named(String name, String kind) {}

  /// Something that is not as it should be.
  ///
  /// @param path relative to the space
  /// @param problem what is wrong
  /// @param remedy what a repair does, or did
  /// @param repaired whether it was done
  record Finding(String path, String problem, String remedy, boolean repaired) {}

  /// One member, as its file says.
  ///
  /// @param state `alive`, `dead` or `evicted`
  /// @param age since it joined
  /// @param claims how many messages it holds
  record MemberInfo(
      String id,
      String state,
      long pid,
      String host,
      String user,
      String command,
      Duration age,
      int claims) {}
}
