package dev.parley.catalog;

import java.util.List;

/// A way in which primitives differ, with its vocabulary. Source: book 4.2, 4.6 to 4.8.
///
/// @param <E> its words
public final class Dimension<E extends Enum<E> & Term> {
  public static final Dimension<Role> ROLE = new Dimension<>("role", "what it is for", Role.class);
  public static final Dimension<Persistence> PERSISTENCE =
      new Dimension<>("persistence", "how long what was said lasts", Persistence.class);
  public static final Dimension<Direction> DIRECTION =
      new Dimension<>("direction", "which way data flows", Direction.class);
  public static final Dimension<Synchronisation> SYNCHRONISATION =
      new Dimension<>("synchronisation", "how one waits", Synchronisation.class);
  public static final Dimension<Ordering> ORDERING =
      new Dimension<>("ordering", "in which order it arrives", Ordering.class);
  public static final Dimension<Senders> SENDERS =
      new Dimension<>("senders", "how many may write or ask", Senders.class);
  public static final Dimension<Receivers> RECEIVERS =
      new Dimension<>("receivers", "who gets it", Receivers.class);
  public static final Dimension<MessageSize> MESSAGE_SIZE =
      new Dimension<>("message-size", "what bounds one message", MessageSize.class);
  public static final Dimension<Buffering> BUFFERING =
      new Dimension<>("buffering", "where it waits to be read", Buffering.class);
  public static final Dimension<Transfer> TRANSFER =
      new Dimension<>("transfer", "whether data is copied", Transfer.class);
  public static final Dimension<Performance> PERFORMANCE =
      new Dimension<>("performance", "what one message or lock costs", Performance.class);
  public static final Dimension<Death> DEATH =
      new Dimension<>("death", "what a process killed half way leaves", Death.class);
  public static final Dimension<Permission> PERMISSIONS =
      new Dimension<>("permissions", "what the kernel checks", Permission.class);
  public static final Dimension<Protection> SECURITY =
      new Dimension<>("security", "what may be relied on", Protection.class);
  public static final Dimension<Rendezvous> RENDEZVOUS =
      new Dimension<>("rendezvous", "how peers find it", Rendezvous.class);
  public static final Dimension<Reach> REACH =
      new Dimension<>("reach", "how far it carries", Reach.class);
  public static final Dimension<Namespace> NAMESPACE =
      new Dimension<>("namespace", "which namespace hides it", Namespace.class);
  public static final Dimension<Filesystem> FILESYSTEM =
      new Dimension<>("filesystem", "what it asks of a filesystem", Filesystem.class);
  public static final Dimension<Shell> SHELL =
      new Dimension<>("shell", "whether scripts can use it", Shell.class);
  public static final Dimension<Platform> PLATFORMS =
      new Dimension<>("platforms", "which systems have it", Platform.class);

  /// All of them, in the order in which they are shown.
  public static final List<Dimension<?>> ALL =
      List.of(
          ROLE,
          PERSISTENCE,
          DIRECTION,
          SYNCHRONISATION,
          ORDERING,
          SENDERS,
          RECEIVERS,
          MESSAGE_SIZE,
          BUFFERING,
          TRANSFER,
          PERFORMANCE,
          DEATH,
          PERMISSIONS,
          SECURITY,
          RENDEZVOUS,
          REACH,
          NAMESPACE,
          FILESYSTEM,
          SHELL,
          PLATFORMS);

  private final String name;
  private final String question;
  private final Class<E> vocabulary;

  private Dimension(String name, String question, Class<E> vocabulary) {
    this.name = name;
    this.question = question;
    this.vocabulary = vocabulary;
  }

  public String name() {
    return name;
  }

  /// What it asks.
  public String question() {
    return question;
  }

  /// Its words.
  public List<E> terms() {
    return List.of(vocabulary.getEnumConstants());
  }

  @Override
  public String toString() {
    return name;
  }
}
