package dev.parley.primitive.presence;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The kernel's limits that matter to processes that meet at files, and how near they are. What is
/// counted over processes is counted over those that this user may look into, and says so; a
/// descriptor that two processes share counts twice. Source: proc(5), getrlimit(2), inotify(7),
/// pipe(7), keyrings(7); book 4.5.3.
public final class Limits {
  private static final String VISIBLE = "this user's processes that may be seen";

  private final Kernel kernel;
  private final Proc proc;
  private final int user;
  private final List<Limit> limits = new ArrayList<>();

  // What was counted over processes.
  private long inotifyInstances;
  private long inotifyWatches;
  private long epollWatches;
  private final Set<Long> pipes = new HashSet<>();
  private long processes;
  private @Nullable Limit fullest;

  private Limits(Kernel kernel, Proc proc) {
    this.kernel = kernel;
    this.proc = proc;
    this.user = kernel.effectiveUserId();
  }

  public static List<Limit> of(Kernel kernel) throws IOException {
    try (Proc proc = Proc.open(kernel, "/proc")) {
      Limits limits = new Limits(kernel, proc);
      limits.count();
      limits.tell();
      return List.copyOf(limits.limits);
    }
  }

  // ---- counting over processes

  private void count() throws ErrnoException {
    for (int pid : proc.processes()) {
      Optional<Proc> folder = proc.child(String.valueOf(pid));
      if (folder.isEmpty()) continue;
      try (Proc process = folder.get()) {
        count(process, pid);
      }
    }
  }

  private void count(Proc process, int pid) throws ErrnoException {
    String owner =
        process.lines("status").stream()
            .filter(line -> line.startsWith("Uid:"))
            .findFirst()
            .orElse("Uid:\t-1");
    boolean ours = owner.split("\\s+")[1].equals(Integer.toUnsignedString(user));
    if (ours) processes += process.list("task").size();
    List<String> descriptors = process.list("fd");
    if (descriptors.isEmpty()) return;
    tellFullest(process, pid, descriptors.size());
    if (!ours) return;
    for (String number : descriptors) {
      String link = process.link("fd/" + number).orElse("");
      if (link.equals("anon_inode:inotify")) {
        inotifyInstances++;
        inotifyWatches += lines(process, number, "inotify wd:");
      } else if (link.equals("anon_inode:[eventpoll]")) {
        epollWatches += lines(process, number, "tfd:");
      } else if (link.startsWith("pipe:[")) {
        process.target("fd/" + number).map(FileStatus::inode).ifPresent(pipes::add);
      }
    }
  }

  private static long lines(Proc process, String number, String start) throws ErrnoException {
    return process.lines("fdinfo/" + number).stream()
        .filter(line -> line.startsWith(start))
        .count();
  }

  private void tellFullest(Proc process, int pid, int open) throws ErrnoException {
    long most = resource(process, "Max open files");
    String name = process.text("comm").orElse("?").strip();
    Limit limit =
        new Limit(
            "open files of the process nearest its limit",
            open,
            most,
            "RLIMIT_NOFILE",
            pid + " " + name);
    if (fullest == null || limit.percent() > fullest.percent()) fullest = limit;
  }

  /// The soft limit, from a table with columns.
  private static long resource(Proc process, String name) throws ErrnoException {
    for (String line : process.lines("limits")) {
      if (!line.startsWith(name + " ")) continue;
      String[] words = line.substring(name.length()).strip().split(" +");
      return Numbers.isNumber(words[0]) ? Numbers.parse(words[0]) : Limit.NONE;
    }
    return Limit.NONE;
  }

  // ---- the limits

  private void tell() throws IOException {
    tellFiles();
    tellWatches();
    add(
        "pages of this user's pipes and FIFOs",
        pipes.size() * 16L,
        zeroIsNone(sysctl("fs.pipe-user-pages-soft")),
        "fs.pipe-user-pages-soft",
        "16 for each unnamed pipe; " + VISIBLE + "; beyond it a new pipe has one or two");
    add("bytes of one pipe", -1, sysctl("fs.pipe-max-size"), "fs.pipe-max-size", "");
    tellLocks();
    tellSystemV();
    tellQueues();
    tellSharedMemory();
    tellKeys();
    tellProcesses();
    add("asynchronous requests", sysctl("fs.aio-nr"), sysctl("fs.aio-max-nr"), "fs.aio-max-nr", "");
    add(
        "connections that wait to be accepted by one socket",
        -1,
        sysctl("net.core.somaxconn"),
        "net.core.somaxconn",
        "");
    add(
        "datagrams that wait in one Unix socket",
        -1,
        sysctl("net.unix.max_dgram_qlen"),
        "net.unix.max_dgram_qlen",
        "");
  }

  private void tellFiles() throws ErrnoException {
    String[] files = words("sys/fs/file-nr");
    add("open files of the whole system", word(files, 0), word(files, 2), "fs.file-max", "");
    try (Proc self = proc.child(proc.link("self").orElse("self")).orElseThrow()) {
      long open = self.list("fd").size();
      add(
          "open files of this process",
          open,
          resource(self, "Max open files"),
          "RLIMIT_NOFILE",
          "");
    }
    if (fullest != null) limits.add(fullest);
    add("the highest RLIMIT_NOFILE", -1, sysctl("fs.nr_open"), "fs.nr_open", "");
  }

  private void tellWatches() throws ErrnoException {
    add(
        "inotify instances of this user",
        inotifyInstances,
        sysctl("fs.inotify.max_user_instances"),
        "fs.inotify.max_user_instances",
        VISIBLE);
    add(
        "inotify watches of this user",
        inotifyWatches,
        sysctl("fs.inotify.max_user_watches"),
        "fs.inotify.max_user_watches",
        VISIBLE);
    add(
        "events that wait in one inotify instance",
        -1,
        sysctl("fs.inotify.max_queued_events"),
        "fs.inotify.max_queued_events",
        "");
    add(
        "epoll watches of this user",
        epollWatches,
        sysctl("fs.epoll.max_user_watches"),
        "fs.epoll.max_user_watches",
        VISIBLE);
  }

  private void tellLocks() throws ErrnoException {
    long held = proc.lines("locks").stream().filter(line -> !line.contains("-> ")).count();
    add("file locks", held, Limit.NONE, "none since Linux 2.4", "of processes that may be seen");
  }

  private void tellSystemV() throws ErrnoException {
    add("System V queues", rows("sysvipc/msg"), sysctl("kernel.msgmni"), "kernel.msgmni", "");
    add(
        "System V shared memory",
        rows("sysvipc/shm"),
        sysctl("kernel.shmmni"),
        "kernel.shmmni",
        "");
    String[] semaphores = words("sys/kernel/sem");
    add("System V semaphore sets", rows("sysvipc/sem"), word(semaphores, 3), "kernel.sem", "");
  }

  private long rows(String table) throws ErrnoException {
    return Math.max(-1, proc.lines(table).size() - 1L);
  }

  private void tellQueues() throws ErrnoException {
    add("POSIX message queues", -1, sysctl("fs.mqueue.queues_max"), "fs.mqueue.queues_max", "");
    try (Proc self = proc.child(proc.link("self").orElse("self")).orElseThrow()) {
      long most = resource(self, "Max msgqueue size");
      add("bytes of this user's POSIX queues", -1, most, "RLIMIT_MSGQUEUE", "");
    }
  }

  private void tellSharedMemory() throws ErrnoException {
    try (Fd shm = kernel.openAt(Fd.CWD, "/dev/shm", Open.PATH | Open.DIRECTORY, 0)) {
      FilesystemStatus status = kernel.filesystem(shm);
      long used = status.totalBlocks() - status.availableBlocks();
      long size = status.blockSizeBytes();
      add("bytes in /dev/shm", used * size, status.totalBlocks() * size, "its mount, size=", "");
    } catch (ErrnoException e) {
      // There is none here.
    }
  }

  private void tellKeys() throws ErrnoException {
    //     0:     9 8/8 3/1000000 40/25000000
    for (String line : proc.lines("key-users")) {
      String[] words = line.strip().split("[: ]+");
      if (words.length < 5 || !words[0].equals(Integer.toUnsignedString(user))) continue;
      String where = user == 0 ? "kernel.keys.root_maxkeys" : "kernel.keys.maxkeys";
      String[] keys = words[3].split("/");
      add("keys of this user", Numbers.parse(keys[0]), Numbers.parse(keys[1]), where, "");
    }
  }

  private void tellProcesses() throws ErrnoException {
    // 0.31 0.25 0.18 2/154 17233
    String[] load = words("loadavg");
    String[] tasks = load.length > 3 ? load[3].split("/") : new String[0];
    add(
        "threads of the whole system",
        word(tasks, 1),
        sysctl("kernel.threads-max"),
        "kernel.threads-max",
        "");
    add(
        "thread and process numbers",
        word(tasks, 1),
        sysctl("kernel.pid_max"),
        "kernel.pid_max",
        "");
    try (Proc self = proc.child(proc.link("self").orElse("self")).orElseThrow()) {
      long most = resource(self, "Max processes");
      add("threads of this user", processes, most, "RLIMIT_NPROC", VISIBLE);
    }
  }

  // ---- reading

  private void add(String what, long used, long most, String where, String remark) {
    if (most < 0) return; // this kernel has no such limit
    limits.add(new Limit(what, used, most, where, remark));
  }

  /// @return -1 if there is none of that name
  private long sysctl(String name) throws ErrnoException {
    String file = "sys/" + name.replace('.', '/');
    return proc.number(file).orElse(-1L);
  }

  private static long zeroIsNone(long most) {
    return most == 0 ? Limit.NONE : most;
  }

  private String[] words(String file) throws ErrnoException {
    return proc.text(file).orElse("").strip().split("\\s+");
  }

  private static long word(String[] words, int index) {
    if (index >= words.length || !Numbers.isNumber(words[index])) return -1;
    return Numbers.parse(words[index]);
  }
}
