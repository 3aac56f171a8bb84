package dev.parley.primitive.attribute;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.lock.OpenFileLock;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The `user.*` attributes of the file or directory that a path leads to.
///
/// Guarantees: a value is read and replaced whole. Changes are linearizable among all that hold
/// flock(2) on the file meanwhile, as this class does and `flock FILE setfattr ...`. What was
/// returned from survives kills, and power cuts if the options say durable. Reading and labels take
/// no lock.
///
/// Names are given without `user.`. Not reentrant: a change must not change the same file. Safe for
/// use by several threads. Source: book 4.5.2.
public final class AttributeFile implements AutoCloseable {
  private static final String USER = "user.";
  private static final String LABEL = USER + "parley.label.";
  private static final int MOST_LABEL_BYTES = 200;

  private final Place place;
  private final Kernel kernel;
  private final AttributeOptions options;

  /// Makes a new value of the old one.
  public interface Change {
    /// @param before empty if there is no such attribute
    /// @return empty to remove it
    Optional<byte[]> apply(Optional<byte[]> before) throws IOException;
  }

  private AttributeFile(Place place, AttributeOptions options) {
    this.place = place;
    this.kernel = place.dir().kernel();
    this.options = options;
  }

  /// The attributes of what is at `path`, which has to be there when they are used.
  ///
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  /// @throws UnsafePathException if somebody else could tamper with the way
  public static AttributeFile at(Path path, AttributeOptions options) throws IOException {
    return at(Kernel.linux(), path, options);
  }

  public static AttributeFile at(Kernel kernel, Path path, AttributeOptions options)
      throws IOException {
    return new AttributeFile(Place.of(kernel, path), options);
  }

  public String path() {
    return place.path();
  }

  /// How much fits there.
  public AttributeLimits limits() throws IOException {
    try (Fd file = open()) {
      return AttributeLimits.of(kernel, file);
    }
  }

  // ---- reading

  /// The value; empty if there is no such attribute.
  ///
  /// @throws ErrnoException ENOENT: there is no such file; EACCES
  /// @throws NoAttributesException if there can be none
  public Optional<byte[]> get(String name) throws IOException {
    String attribute = attribute(name);
    return opened(file -> Optional.ofNullable(kernel.attribute(file, attribute)));
  }

  /// The names of all attributes, labels aside, in order.
  public Set<String> names() throws IOException {
    return listed(USER, LABEL);
  }

  private Set<String> listed(String prefix, @Nullable String but) throws IOException {
    List<String> all = opened(kernel::listAttributes);
    Set<String> names = new TreeSet<>();
    for (String each : all) {
      if (!each.startsWith(prefix) || but != null && each.startsWith(but)) continue;
      names.add(each.substring(prefix.length()));
    }
    return names;
  }

  // ---- changing

  /// Makes it, or replaces its value.
  ///
  /// @throws AttributeLimitException if there is no room; nothing was changed
  /// @throws OutcomeUnknownException if it is done, and could not be synced
  public void set(String name, byte[] value) throws IOException, InterruptedException {
    String attribute = attribute(name);
    changed(file -> setWhole(file, attribute, value), value.length);
  }

  /// Makes it, unless it is there, whoever else makes it at the same time.
  ///
  /// @return false if it is there
  public boolean create(String name, byte[] value) throws IOException, InterruptedException {
    String attribute = attribute(name);
    return changed(file -> kernel.createAttribute(file, attribute, value), value.length);
  }

  /// Replaces its value, if it is there.
  ///
  /// @return false if it is not
  public boolean replace(String name, byte[] value) throws IOException, InterruptedException {
    String attribute = attribute(name);
    return changed(file -> kernel.replaceAttribute(file, attribute, value), value.length);
  }

  /// @return false if it was not there
  public boolean remove(String name) throws IOException, InterruptedException {
    String attribute = attribute(name);
    return changed(file -> kernel.removeAttribute(file, attribute), 0);
  }

  /// Replaces its value, if it is `expected`.
  ///
  /// @return false if it is another one, or not there
  public boolean compareAndSet(String name, byte[] expected, byte[] value)
      throws IOException, InterruptedException {
    String attribute = attribute(name);
    return changed(
        file ->
            Arrays.equals(kernel.attribute(file, attribute), expected)
                && kernel.replaceAttribute(file, attribute, value),
        value.length);
  }

  /// Reads, changes and sets, with nobody else's update lost. If the change throws, the value stays
  /// as it is.
  public void update(String name, Change change) throws IOException, InterruptedException {
    String attribute = attribute(name);
    locked(
        file -> {
          byte[] before = told(file, each -> kernel.attribute(each, attribute), 0);
          byte[] after = change.apply(Optional.ofNullable(before)).orElse(null);
          return after == null
              ? kernel.removeAttribute(file, attribute)
              : told(file, each -> setWhole(each, attribute, after), after.length);
        });
  }

  private boolean setWhole(Fd file, String attribute, byte[] value) throws IOException {
    kernel.setAttribute(file, attribute, value);
    return true;
  }

  // ---- labels

  /// Adds a label: a name that the file has or has not.
  ///
  /// @return false if it has it
  public boolean label(String label) throws IOException {
    String attribute = LABEL + checkedLabel(label);
    return synced(file -> kernel.createAttribute(file, attribute, new byte[0]));
  }

  /// @return false if it has no such label
  public boolean unlabel(String label) throws IOException {
    String attribute = LABEL + checkedLabel(label);
    return synced(file -> kernel.removeAttribute(file, attribute));
  }

  /// All of them, in order.
  public Set<String> labels() throws IOException {
    return listed(LABEL, null);
  }

  private boolean synced(Action<Boolean> action) throws IOException {
    try (Fd file = open()) {
      boolean done = told(file, action, 0);
      sync(file);
      return done;
    }
  }

  // ---- watching

  /// What it is now, and a wait for another value.
  public AttributeWatch watch(String name) throws IOException {
    return new AttributeWatch(place, () -> valueIfThere(name));
  }

  private byte @Nullable [] valueIfThere(String name) throws IOException {
    try {
      return get(name).orElse(null);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      throw e;
    }
  }

  // ---- the file

  private interface Action<T extends @Nullable Object> {
    T on(Fd file) throws IOException;
  }

  private boolean changed(Action<Boolean> action, int bytes)
      throws IOException, InterruptedException {
    return locked(file -> told(file, action, bytes));
  }

  private boolean locked(Action<Boolean> action) throws IOException, InterruptedException {
    while (true) {
      try (Fd file = open()) { // each with a description, and so a lock, of its own
        if (!OpenFileLock.flock(kernel, file, LockKind.EXCLUSIVE, options.atMost())) {
          throw new AttributesBusyException(place.path(), options.atMost());
        }
        if (!isNamed(file)) continue; // another file has taken its place meanwhile
        boolean done = action.on(file);
        sync(file);
        return done;
      }
    }
  }

  private boolean isNamed(Fd file) throws IOException {
    FileStatus named = place.dir().statusOf(place.name());
    FileStatus mine = kernel.status(file);
    return named != null && named.inode() == mine.inode() && named.device() == mine.device();
  }

  private <T> T opened(Action<T> action) throws IOException {
    try (Fd file = open()) {
      return told(file, action, 0);
    }
  }

  /// Says what the kernel's refusals mean here.
  private <T extends @Nullable Object> T told(Fd file, Action<T> action, int bytes)
      throws IOException {
    try {
      return action.on(file);
    } catch (ErrnoException e) {
      throw switch (e.errno()) {
        case ENOSPC, EDQUOT, E2BIG, ERANGE ->
            new AttributeLimitException(place.path(), bytes, AttributeLimits.of(kernel, file), e);
        case EOPNOTSUPP ->
            new NoAttributesException(
                place.path(), AttributeLimits.of(kernel, file).filesystem(), e);
        default -> e;
      };
    }
  }

  private void sync(Fd file) throws IOException {
    if (!options.durable()) return;
    try {
      kernel.fsync(file);
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          "the change of "
              + place
              + "'s attributes is made, and may not survive a power cut, for it could not be synced: "
              + e.getMessage(),
          e);
    }
  }

  private Fd open() throws IOException {
    FileStatus before = place.dir().statusOf(place.name());
    if (before == null) throw new ErrnoException("openat", place.path(), Errno.ENOENT);
    requireAttributes(before); // before a device or a FIFO is opened
    int flags = Open.READ_ONLY | Open.NO_FOLLOW | Open.NON_BLOCKING;
    Fd file = kernel.openAt(place.dir().fd(), place.name(), flags, 0);
    boolean good = false;
    try {
      requireAttributes(kernel.status(file));
      good = true;
      return file;
    } finally {
      if (!good) file.close();
    }
  }

  private void requireAttributes(FileStatus status) throws UnsafePathException {
    if (status.isDirectory()) {
      place.dir().access().checkDirectory(status, place::path);
    } else {
      place.dir().access().checkFile(status, place::path);
    }
  }

  // ---- names

  private static String attribute(String name) {
    int bytes = name.getBytes(UTF_8).length;
    int most = AttributeLimits.MOST_NAME_BYTES - USER.length();
    if (bytes < 1 || bytes > most || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "an attribute's name is 1 to " + most + " bytes without NUL: '" + name + "'");
    }
    return USER + name;
  }

  private static String checkedLabel(String label) {
    int bytes = label.getBytes(UTF_8).length;
    boolean plain = label.chars().noneMatch(Character::isISOControl);
    if (bytes < 1 || bytes > MOST_LABEL_BYTES || !plain) {
      throw new IllegalArgumentException(
          "a label is 1 to "
              + MOST_LABEL_BYTES
              + " bytes without control characters: '"
              + label
              + "'");
    }
    return label;
  }

  @Override
  public void close() {
    place.close();
  }
}
