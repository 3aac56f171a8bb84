package dev.parley.pattern.member;

import dev.parley.BadFormatException;
import dev.parley.NoSuchNameException;
import dev.parley.SettingsConflictException;
import dev.parley.UnknownFormatException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Accounts;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directory that is a space: found, checked, and made if wanted. Opening changes nothing in
/// one that is there.
public final class SpaceFolder implements AutoCloseable {
  public static final String FORMAT_FILE = "parley-space";
  public static final String MEMBERS = "members";
  public static final String LOCKS = "locks";
  public static final String QUEUES = "queues";
  public static final String TOPICS = "topics";
  public static final String SUBSCRIPTIONS = "subscriptions";
  static final String EPOCH = "epoch";
  private static final List<String> FOLDERS =
      List.of(MEMBERS, LOCKS, QUEUES, TOPICS, SUBSCRIPTIONS);
  private static final String FORMAT = "1";

  private final Dir root;
  private final Storage storage;
  private volatile String id;

  private SpaceFolder(Dir root, Storage storage, String id) {
    this.root = root;
    this.storage = storage;
    this.id = id;
  }

  /// Opens the space at `path`.
  ///
  /// @param create whether to make it if it is not there
  /// @param group whom to share it with when it is made
  public static SpaceFolder open(Kernel kernel, Path path, boolean create, Optional<String> group)
      throws IOException {
    Fd fd = create ? TrustedPath.openOrMake(kernel, path) : TrustedPath.tryOpen(kernel, path);
    if (fd == null) {
      throw new NoSuchNameException(
          "there is no space at " + path + "; make one with: parley init " + path);
    }
    boolean good = false;
    try {
      boolean empty = requireSpaceOrRoom(kernel, fd, path, create);
      Access access = accessOf(kernel, fd, group, empty);
      access.checkRoot(kernel.status(fd), fd.path());
      Dir root = Dir.verified(kernel, fd, access);
      Storage storage = Storage.of(root);
      Map<String, String> format = readFormat(root);
      if (format == null) format = make(root);
      SpaceFolder folder = new SpaceFolder(root, storage, format.getOrDefault("id", ""));
      good = true;
      return folder;
    } finally {
      if (!good) fd.close();
    }
  }

  /// Before anything is said of its mode or changed in it: a directory of something else is left
  /// alone.
  ///
  /// @return whether it is empty
  private static boolean requireSpaceOrRoom(Kernel kernel, Fd fd, Path path, boolean create)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (List<String> some = kernel.readDirectory(fd);
        !some.isEmpty();
        some = kernel.readDirectory(fd)) {
      names.addAll(some);
    }
    kernel.rewind(fd);
    if (names.contains(FORMAT_FILE)) return false;
    if (!create) {
      throw new NoSuchNameException(
          "there is no space at " + path + "; make one with: parley init " + path);
    }
    for (String name : names) {
      if (name.startsWith(".") || FOLDERS.contains(name)) continue;
      throw new BadFormatException(
          fd.path()
              + " is neither empty nor a space: there is '"
              + name
              + "' in it and no file 'parley-space'; choose another directory");
    }
    return names.isEmpty();
  }

  /// A group space says so itself: setgid, and open to its group. A directory that is not a space
  /// yet becomes one as `group` says.
  private static Access accessOf(Kernel kernel, Fd fd, Optional<String> group, boolean empty)
      throws IOException {
    FileStatus status = kernel.status(fd);
    int me = kernel.effectiveUserId();
    if (group.isPresent() && empty) {
      int gid = Groups.idOf(group.get());
      requireGroup(kernel, gid, fd.path());
      kernel.changeOwner(fd, -1, gid);
      kernel.changeMode(fd, 02770);
      return Access.sharedWith(gid);
    }
    if ((status.permissions() & 02070) == 02070) {
      if (empty) {
        throw new UnsafePathException(
            fd.path()
                + " is open to its group (mode "
                + Integer.toOctalString(status.permissions())
                + ") and no space yet; share it with: parley init "
                + fd.path()
                + " --group "
                + Accounts.groupName(status.gid())
                + ", or keep it yours with: chmod 0700 "
                + fd.path());
      }
      requireGroup(kernel, status.gid(), fd.path());
      if (group.isPresent() && Groups.idOf(group.get()) != status.gid()) {
        throw new SettingsConflictException(
            fd.path()
                + " is there and is shared with group "
                + Accounts.groupName(status.gid())
                + ", not with "
                + group.get()
                + "; choose a new directory, or leave the group out");
      }
      return Access.sharedWith(status.gid());
    }
    if (group.isPresent()) {
      throw new SettingsConflictException(
          fd.path()
              + " is there and is not shared with a group (mode "
              + Integer.toOctalString(status.permissions())
              + "); choose a new directory, or move it away");
    }
    if (status.uid() != me) {
      throw new UnsafePathException(
          fd.path()
              + " is the private space of user "
              + status.uid()
              + " and you are user "
              + me
              + "; become that user, or share a space with: parley init DIR --group GROUP");
    }
    if ((status.permissions() & 077) != 0 && empty) {
      kernel.changeMode(fd, 0700);
    }
    return Access.privateTo(me);
  }

  private static void requireGroup(Kernel kernel, int gid, String path) throws IOException {
    if (kernel.effectiveUserId() == 0 || kernel.groups().contains(gid)) return;
    throw new UnsafePathException(
        path
            + " is shared with group "
            + Accounts.groupName(gid)
            + ", to which you do not belong; ask for: usermod -aG "
            + Accounts.groupName(gid)
            + " USER, and log in again");
  }

  private static @Nullable Map<String, String> readFormat(Dir root) throws IOException {
    Map<String, String> format = PropertiesFile.tryRead(root, FORMAT_FILE);
    if (format == null) return null;
    requireFormat(format, root.pathOf(FORMAT_FILE));
    return format;
  }

  /// @throws UnknownFormatException if it is another version's
  /// @throws BadFormatException if there is none
  public static void requireFormat(Map<String, String> properties, String path)
      throws BadFormatException {
    String found = properties.getOrDefault("format", "none");
    if (found.equals(FORMAT)) return;
    if (found.matches("[0-9]{1,9}")) {
      throw new UnknownFormatException(
          path
              + " has format "
              + found
              + " and this version of Parley knows format "
              + FORMAT
              + " only; use a version that knows it");
    }
    throw new BadFormatException(path + " is damaged: its format is " + found + ", not " + FORMAT);
  }

  /// Makes a space in an empty directory. On disk, in order: the folders, then `parley-space`,
  /// which alone makes it one. Killed in between, the next attempt goes on.
  private static Map<String, String> make(Dir root) throws IOException {
    for (String folder : FOLDERS) root.openOrMake(folder).close();
    try (Dir locks = root.open(LOCKS);
        KernelLock _ = KernelLock.acquire(locks, "format")) {
      Map<String, String> format = readFormat(root);
      if (format == null) format = writeFormat(root);
      return format;
    }
  }

  /// Writes `parley-space` with a new id and its own inode number.
  private static Map<String, String> writeFormat(Dir root) throws IOException {
    Map<String, String> format = new LinkedHashMap<>();
    format.put("format", FORMAT);
    format.put("id", RandomName.hex(16) + RandomName.hex(16));
    String temporary = "." + FORMAT_FILE + "-" + RandomName.hex(12);
    try (Fd file = root.create(temporary)) {
      format.put("inode", Long.toString(root.kernel().status(file).inode()));
      root.writeFully(file, PropertiesFile.format(format));
      root.kernel().fsync(file);
    }
    root.replace(temporary, FORMAT_FILE);
    root.sync();
    return format;
  }

  /// Whether this is a copy of a space, whose tokens would repeat the original's.
  boolean isCopy() throws IOException {
    Map<String, String> format = readFormat(root);
    FileStatus status = root.statusOf(FORMAT_FILE);
    if (format == null || status == null) return false;
    return !format.getOrDefault("inode", "").equals(Long.toString(status.inode()));
  }

  /// Makes a copy a space of its own.
  void renew() throws IOException {
    id = writeFormat(root).getOrDefault("id", "");
  }

  public Dir root() {
    return root;
  }

  public Kernel kernel() {
    return root.kernel();
  }

  public Storage storage() {
    return storage;
  }

  public String id() {
    return id;
  }

  /// One of the space's folders; one that somebody removed is made again, empty.
  public Dir open(String folder) throws IOException {
    return root.openOrMake(folder);
  }

  @Override
  public void close() {
    root.close();
  }
}
