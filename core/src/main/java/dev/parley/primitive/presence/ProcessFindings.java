package dev.parley.primitive.presence;

import dev.parley.sys.BlockingCall;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.FileStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What ties one process to the file that is looked for.
///
/// @param descriptors those for the file, or for sockets of interest
/// @param mappings each kind once
/// @param places `runs`, `works-in`, `rooted-in`
/// @param waits calls that threads of it are in, on one of these descriptors
record ProcessFindings(
    List<Descriptor> descriptors,
    Set<MappingKind> mappings,
    List<String> places,
    List<WaitingCall> waits) {
  private static final int ACCESS_MODE = 3;
  private static final int PATH_ONLY = 010000000;

  /// @param socket the inode of a socket; 0 for the file itself
  /// @param locks held through it
  record Descriptor(int number, long flags, long socket, List<LockLine> locks) {
    boolean isPathOnly() {
      return (flags & PATH_ONLY) != 0;
    }

    boolean reads() {
      return !isPathOnly() && (flags & ACCESS_MODE) != 1;
    }

    boolean writes() {
      return !isPathOnly() && (flags & ACCESS_MODE) != 0;
    }
  }

  record MappingKind(boolean shared, boolean writable) {}

  /// @param command fcntl(2)'s second argument
  record WaitingCall(BlockingCall call, int descriptor, long command) {}

  boolean isEmpty() {
    return descriptors.isEmpty() && mappings.isEmpty() && places.isEmpty();
  }

  /// @param process /proc/PID
  /// @param view the same; or, where its first thread has ended, /proc/PID/task/TID of another one
  /// @param file what is looked for; null for a socket without a file
  /// @param sockets the inodes of the sockets that are looked for as well
  /// @param ignored the number of a descriptor that does not count; -1 if all do
  static ProcessFindings of(
      Proc process, Proc view, Optional<FileKey> file, Set<Long> sockets, int ignored)
      throws ErrnoException {
    List<Descriptor> descriptors = descriptors(view, file, sockets, ignored);
    return new ProcessFindings(
        descriptors,
        file.isPresent() ? mappings(view, file.get()) : Set.of(),
        file.isPresent() ? places(view, file.get()) : List.of(),
        descriptors.isEmpty() ? List.of() : waits(process, descriptors));
  }

  private static List<Descriptor> descriptors(
      Proc process, Optional<FileKey> file, Set<Long> sockets, int ignored) throws ErrnoException {
    List<Descriptor> found = new ArrayList<>();
    for (String number : process.list("fd")) {
      if (number.equals(String.valueOf(ignored))) continue;
      // The kernel's own number first: to ask for a status may ask a file server that is down.
      List<String> info = process.lines("fdinfo/" + number);
      Optional<Long> inode = FileKey.value(info, "ino:");
      if (inode.isPresent()
          && !sockets.contains(inode.get())
          && file.map(FileKey::inode).filter(inode.get()::equals).isEmpty()) {
        continue;
      }
      Optional<FileStatus> status = process.target("fd/" + number);
      if (status.isEmpty()) continue;
      boolean isFile = file.isPresent() && file.get().is(status.get());
      boolean isSocket = status.get().isSocket() && sockets.contains(status.get().inode());
      if (!isFile && !isSocket) continue;
      long flags = 0;
      List<LockLine> locks = new ArrayList<>();
      for (String line : info) {
        if (line.startsWith("flags:")) flags = Long.parseLong(line.substring(6).strip(), 8);
        if (line.startsWith("lock:")) LockLine.parse(line.substring(5)).ifPresent(locks::add);
      }
      long socket = isFile ? 0 : status.get().inode();
      found.add(new Descriptor(Integer.parseInt(number), flags, socket, locks));
    }
    return found;
  }

  private static Set<MappingKind> mappings(Proc process, FileKey file) throws ErrnoException {
    Set<MappingKind> found = new LinkedHashSet<>();
    if (!file.status().isRegular()) return found;
    // 7f5e8000-7f5e9000 rw-s 00000000 fe:00 2277425    /path, perhaps
    for (String line : process.lines("maps")) {
      String[] words = line.split(" +", 6);
      if (words.length < 5 || words[4].equals("0")) continue;
      if (!file.is(words[3], Long.parseUnsignedLong(words[4]))) continue;
      if (file.isAmbiguous() && isAnother(process, words[0], file)) continue;
      found.add(new MappingKind(words[1].charAt(3) == 's', words[1].charAt(1) == 'w'));
    }
    return found;
  }

  /// Whether what is mapped at an address is another file, if that may be seen.
  private static boolean isAnother(Proc process, String range, FileKey file) throws ErrnoException {
    String name = range.replaceFirst("^0+", "").replaceFirst("-0+", "-");
    return process.target("map_files/" + name).filter(status -> !file.is(status)).isPresent();
  }

  private static List<String> places(Proc process, FileKey file) throws ErrnoException {
    List<String> found = new ArrayList<>();
    if (file.status().isRegular()) {
      if (process.target("exe").filter(file::is).isPresent()) found.add("runs");
    } else if (file.status().isDirectory()) {
      if (process.target("cwd").filter(file::is).isPresent()) found.add("works-in");
      if (process.target("root").filter(file::is).isPresent()) found.add("rooted-in");
    }
    return found;
  }

  /// A thread that is inside a call shows its number and arguments, in hexadecimal.
  private static List<WaitingCall> waits(Proc process, List<Descriptor> descriptors)
      throws ErrnoException {
    List<WaitingCall> found = new ArrayList<>();
    for (String thread : process.list("task")) {
      String[] words = process.text("task/" + thread + "/syscall").orElse("").strip().split(" ");
      if (words.length < 4 || !Numbers.isNumber(words[0])) continue;
      Optional<BlockingCall> call = BlockingCall.of(Numbers.parse(words[0]));
      if (call.isEmpty()) continue;
      int number = (int) Long.parseUnsignedLong(words[1].substring(2), 16);
      if (descriptors.stream().noneMatch(each -> each.number() == number)) continue;
      long command = Long.parseUnsignedLong(words[2].substring(2), 16);
      found.add(new WaitingCall(call.get(), number, command));
    }
    return found;
  }
}
