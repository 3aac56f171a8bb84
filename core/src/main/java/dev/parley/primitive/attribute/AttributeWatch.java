package dev.parley.primitive.attribute;

import dev.parley.primitive.file.Place;
import dev.parley.primitive.watch.Bell;
import dev.parley.sys.InotifyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Waits until an attribute has another value than it told last.
///
/// Guarantees: no value that stays is missed, for each wait arms the watch before it looks. Values
/// that came and went meanwhile are not told. For one thread at a time; there is nothing to close,
/// and it can be used as long as the file it is of.
///
/// @implNote The watch is on the directory, where the kernel tells of the attributes of what is in
///   it (IN_ATTRIB) as well as of a file that takes another's place.
public final class AttributeWatch {
  private static final int MASK =
      InotifyEvent.ATTRIB
          | InotifyEvent.CREATE
          | InotifyEvent.MOVED_TO
          | InotifyEvent.MOVED_FROM
          | InotifyEvent.DELETE;

  private final Place place;
  private final Look look;
  private byte @Nullable [] last;

  /// Looks at the value.
  interface Look {
    byte @Nullable [] now() throws IOException;
  }

  AttributeWatch(Place place, Look look) throws IOException {
    this.place = place;
    this.look = look;
    this.last = look.now();
  }

  /// What was told last; empty if there was no such attribute, or no file.
  public Optional<byte[]> value() {
    return last == null ? Optional.empty() : Optional.of(last.clone());
  }

  /// Waits until [#value] is another one.
  ///
  /// @return false if the time is up, and it is the same
  /// @throws InterruptedException if the thread was interrupted before or meanwhile
  public boolean awaitChange(Duration atMost) throws IOException, InterruptedException {
    long deadline = Bell.deadline(atMost);
    try (Bell bell = Bell.at(place.dir(), MASK, place.name()::equals)) {
      while (!hasChanged()) {
        if (!bell.await(deadline)) return hasChanged();
      }
      return true;
    }
  }

  private boolean hasChanged() throws IOException {
    byte[] now = look.now();
    if (Arrays.equals(now, last)) return false;
    last = now;
    return true;
  }
}
