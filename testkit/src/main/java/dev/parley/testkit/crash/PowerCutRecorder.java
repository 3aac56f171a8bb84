package dev.parley.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.testkit.Call;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.crash.Event.Half;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A kernel that logs every call that changes anything below one directory.
///
/// Only what goes through [#kernel] is seen, so nobody else may change the directory meanwhile.
/// Calls that change something are made one at a time, so that the log has their true order.
public final class PowerCutRecorder {
  private final Path root;
  private final Kernel real;
  private final Kernel kernel;

  // Guarded by this.
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Integer, Map<String, Integer>> before;
  private final Map<Integer, Map<String, Integer>> now;
  private final Map<Integer, Integer> lengths = new HashMap<>();
  private final Map<Long, Integer> byInode = new HashMap<>();
  private final Map<Fd, OpenFile> openFiles = new WeakHashMap<>();
  private final List<Event> events = new ArrayList<>();

  /// An open file description: where its next read or write goes.
  private static final class OpenFile {
    final int node;
    final boolean appends;
    int position;

    OpenFile(int node, boolean appends) {
      this.node = node;
      this.appends = appends;
    }
  }

  private PowerCutRecorder(Path root, Kernel real) throws IOException {
    this.root = root;
    this.real = real;
    before = new HashMap<>();
    snapshot(root);
    now = new HashMap<>();
    before.forEach((directory, entries) -> now.put(directory, new TreeMap<>(entries)));
    kernel = Interceptor.over(real, this::intercept);
  }

  /// Records what happens below `root` from now on; what is there now counts as durable.
  public static PowerCutRecorder of(Path root) throws IOException {
    return of(root, Kernel.linux());
  }

  public static PowerCutRecorder of(Path root, Kernel real) throws IOException {
    return new PowerCutRecorder(root.toRealPath(), real);
  }

  public Kernel kernel() {
    return kernel;
  }

  /// Notes what the code under test has just promised, for the checks of every later state.
  public synchronized void promise(Object what) {
    events.add(new Event.Promise(what));
  }

  public synchronized Recording stop() {
    return new Recording(nodes, before, events);
  }

  // ---- the beginning

  private int snapshot(Path path) throws IOException {
    int permissions = (Integer) Files.getAttribute(path, "unix:mode", NO_FOLLOW) & 0xFFF;
    long inode = (Long) Files.getAttribute(path, "unix:ino", NO_FOLLOW);
    Integer known = byInode.get(inode);
    if (known != null) return known; // another name of the same file
    if (Files.isSymbolicLink(path)) {
      byte[] target = Files.readSymbolicLink(path).toString().getBytes(UTF_8);
      return add(new Node(Node.Kind.SYMLINK, inode, permissions, target));
    }
    if (Files.isDirectory(path)) {
      int node = add(new Node(Node.Kind.DIRECTORY, inode, permissions, new byte[0]));
      Map<String, Integer> entries = new TreeMap<>();
      before.put(node, entries);
      try (Stream<Path> children = Files.list(path)) {
        for (Path child : children.sorted().toList()) {
          entries.put(child.getFileName().toString(), snapshot(child));
        }
      }
      return node;
    }
    if (!Files.isRegularFile(path)) {
      return add(new Node(Node.Kind.FIFO, inode, permissions, new byte[0]));
    }
    int node = add(new Node(Node.Kind.FILE, inode, permissions, Files.readAllBytes(path)));
    lengths.put(node, nodes.get(node).original.length);
    return node;
  }

  private static final java.nio.file.LinkOption NO_FOLLOW = java.nio.file.LinkOption.NOFOLLOW_LINKS;

  private int add(Node node) {
    nodes.add(node);
    byInode.put(node.inode, nodes.size() - 1);
    return nodes.size() - 1;
  }

  // ---- the calls

  private @Nullable Object intercept(Call call) throws ErrnoException {
    return switch (call.name()) {
      case "openAt" -> open(call);
      case "duplicate" -> duplicate(call);
      case "read" -> moving(call);
      case "rewind" -> rewinding(call);
      case "write" -> write(call, true);
      case "writeAt" -> write(call, false);
      case "truncate" -> truncate(call);
      case "fsync", "fdatasync" -> sync(call);
      case "syncfs" -> syncAll(call);
      case "makeDirectoryAt" -> make(call, Node.Kind.DIRECTORY);
      case "makeFifoAt" -> make(call, Node.Kind.FIFO);
      case "symlinkAt" -> makeSymlink(call);
      case "linkAt" -> link(call);
      case "linkFileAt" -> linkFile(call);
      case "unlinkAt", "removeDirectoryAt" -> remove(call);
      case "renameAt", "renameNoReplaceAt" -> rename(call);
      case "renameExchangeAt" -> exchange(call);
      case "changeMode" -> changeMode(call);
      default -> call.proceed();
    };
  }

  private synchronized @Nullable Object open(Call call) throws ErrnoException {
    Fd directory = call.fd(0);
    String name = call.text(1);
    int flags = call.number(2);
    int parent = nodeOf(directory);
    boolean nameless = (flags & Open.TEMPORARY) == Open.TEMPORARY;
    boolean creates =
        parent >= 0
            && (nameless || (flags & Open.CREATE) != 0 && !entries(parent).containsKey(name));
    Fd fd = (Fd) call.proceed();
    if (fd == null) return null;
    if (creates) {
      FileStatus status = real.status(fd);
      int node = add(new Node(Node.Kind.FILE, status.inode(), status.permissions(), new byte[0]));
      lengths.put(node, 0);
      if (!nameless) names("create " + path(call.path()), new Half(parent, name, node));
      openFiles.put(fd, new OpenFile(node, (flags & Open.APPEND) != 0));
      return fd;
    }
    Integer node = isBelow(call) ? byInode.get(real.status(fd).inode()) : null;
    if (node == null) return fd;
    if ((flags & Open.TRUNCATE) != 0 && lengths.getOrDefault(node, 0) > 0) {
      lengths.put(node, 0);
      events.add(new Event.Truncate("truncate " + path(call.path()), node, 0));
    }
    openFiles.put(fd, new OpenFile(node, (flags & Open.APPEND) != 0));
    return fd;
  }

  /// Whether the path could lead to a recorded file: the root, by any spelling, or anything below.
  private boolean isBelow(Call call) {
    return nodeOf(call.fd(0)) >= 0
        || call.path().equals(root.toString())
        || Path.of("/").resolve(call.path()).startsWith(root)
        || call.path().endsWith(root.getFileName().toString());
  }

  private synchronized @Nullable Object duplicate(Call call) throws ErrnoException {
    Fd copy = (Fd) call.proceed();
    OpenFile file = openFiles.get(call.fd(0));
    if (copy != null && file != null) openFiles.put(copy, file);
    return copy;
  }

  private synchronized @Nullable Object moving(Call call) throws ErrnoException {
    Object moved = call.proceed();
    OpenFile file = openFiles.get(call.fd(0));
    if (file != null && moved instanceof Integer count) file.position += count;
    return moved;
  }

  private synchronized @Nullable Object rewinding(Call call) throws ErrnoException {
    OpenFile file = openFiles.get(call.fd(0));
    if (file != null) file.position = 0;
    return call.proceed();
  }

  private synchronized @Nullable Object write(Call call, boolean moves) throws ErrnoException {
    OpenFile file = openFiles.get(call.fd(0));
    Object written = call.proceed();
    if (file == null || !(written instanceof Integer count)) return written;
    if (nodes.get(file.node).kind != Node.Kind.FILE) return written;
    int at = moves ? 1 : 2;
    byte[] from = (byte[]) call.argument(at);
    int offset = call.number(at + 1);
    int length = lengths.getOrDefault(file.node, 0);
    int position =
        !moves ? (int) (long) (Long) call.argument(1) : file.appends ? length : file.position;
    byte[] bytes = Arrays.copyOfRange(from, offset, offset + count);
    String text = "write %d bytes at %d of %s".formatted(count, position, path(call.path()));
    events.add(new Event.Write(text, file.node, position, bytes));
    if (moves) file.position = position + count;
    lengths.put(file.node, Math.max(length, position + count));
    return written;
  }

  private synchronized @Nullable Object truncate(Call call) throws ErrnoException {
    Object result = call.proceed();
    int node = nodeOf(call.fd(0));
    if (node < 0) return result;
    int length = (int) (long) (Long) call.argument(1);
    events.add(
        new Event.Truncate("truncate %s to %d".formatted(path(call.path()), length), node, length));
    lengths.put(node, length);
    return result;
  }

  private synchronized @Nullable Object sync(Call call) throws ErrnoException {
    Object result = call.proceed();
    int node = nodeOf(call.fd(0));
    if (node >= 0) events.add(new Event.Sync(call.name() + " " + path(call.path()), node));
    return result;
  }

  private synchronized @Nullable Object syncAll(Call call) throws ErrnoException {
    Object result = call.proceed();
    if (nodeOf(call.fd(0)) >= 0) events.add(new Event.SyncAll("syncfs"));
    return result;
  }

  private synchronized @Nullable Object make(Call call, Node.Kind kind) throws ErrnoException {
    Object result = call.proceed();
    made(call, call.fd(0), call.text(1), kind, new byte[0]);
    return result;
  }

  private synchronized @Nullable Object makeSymlink(Call call) throws ErrnoException {
    Object result = call.proceed();
    made(call, call.fd(1), call.text(2), Node.Kind.SYMLINK, call.text(0).getBytes(UTF_8));
    return result;
  }

  private void made(Call call, Fd directory, String name, Node.Kind kind, byte[] content)
      throws ErrnoException {
    int parent = nodeOf(directory);
    if (parent < 0) return;
    FileStatus status = real.statusAt(directory, name);
    int node = add(new Node(kind, status.inode(), status.permissions(), content));
    if (kind == Node.Kind.DIRECTORY) now.put(node, new TreeMap<>());
    names(call.name() + " " + path(call.path()), new Half(parent, name, node));
  }

  private synchronized @Nullable Object link(Call call) throws ErrnoException {
    Object result = call.proceed();
    int from = nodeOf(call.fd(0));
    int to = nodeOf(call.fd(2));
    if (from < 0 && to < 0) return result;
    names(twoPaths(call), new Half(to, call.text(3), entry(from, call.text(1))));
    return result;
  }

  private synchronized @Nullable Object linkFile(Call call) throws ErrnoException {
    Object result = call.proceed();
    int to = nodeOf(call.fd(1));
    if (to < 0) return result;
    names("linkFileAt " + path(call.target()), new Half(to, call.text(2), nodeOf(call.fd(0))));
    return result;
  }

  private synchronized @Nullable Object remove(Call call) throws ErrnoException {
    Object result = call.proceed();
    int parent = nodeOf(call.fd(0));
    if (parent < 0) return result;
    names(call.name() + " " + path(call.path()), new Half(parent, call.text(1), Event.NOTHING));
    return result;
  }

  private synchronized @Nullable Object rename(Call call) throws ErrnoException {
    Object result = call.proceed();
    int from = nodeOf(call.fd(0));
    int to = nodeOf(call.fd(2));
    if (from < 0 && to < 0) return result;
    int node = entry(from, call.text(1));
    Integer replaced = entries(to).get(call.text(3));
    if (replaced != null && replaced == node) return result; // two names of one file: does nothing
    names(
        twoPaths(call),
        new Half(to, call.text(3), node),
        new Half(from, call.text(1), Event.NOTHING));
    return result;
  }

  private synchronized @Nullable Object exchange(Call call) throws ErrnoException {
    Object result = call.proceed();
    int one = nodeOf(call.fd(0));
    int other = nodeOf(call.fd(2));
    if (one < 0 && other < 0) return result;
    int first = entry(one, call.text(1));
    int second = entry(other, call.text(3));
    names(
        twoPaths(call), new Half(one, call.text(1), second), new Half(other, call.text(3), first));
    return result;
  }

  private synchronized @Nullable Object changeMode(Call call) throws ErrnoException {
    Object result = call.proceed();
    int node = nodeOf(call.fd(0));
    if (node >= 0) nodes.get(node).permissions = call.number(1);
    return result;
  }

  // ---- the model of what is there now

  private void names(String call, Half... halves) {
    for (Half half : halves) {
      if (half.node() == Event.NOTHING) entries(half.directory()).remove(half.name());
      else entries(half.directory()).put(half.name(), half.node());
    }
    events.add(new Event.Names(call, List.of(halves)));
  }

  private Map<String, Integer> entries(int directory) {
    Map<String, Integer> entries = now.get(directory);
    if (entries == null) throw new IllegalStateException("the recorder does not know a directory");
    return entries;
  }

  private int entry(int directory, String name) {
    Integer node = entries(directory).get(name);
    if (node == null) throw new IllegalStateException("the recorder does not know " + name);
    return node;
  }

  private int nodeOf(Fd fd) {
    OpenFile file = openFiles.get(fd);
    return file == null ? -1 : file.node;
  }

  private String twoPaths(Call call) {
    return call.name() + " " + path(call.path()) + " to " + path(call.target());
  }

  private String path(String absolute) {
    String start = root + "/";
    return absolute.startsWith(start) ? absolute.substring(start.length()) : absolute;
  }
}
