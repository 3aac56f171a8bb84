package dev.parley.sys;

import static dev.parley.sys.Constants.POSIX_SPAWN_SETPGROUP;
import static dev.parley.sys.Constants.POSIX_SPAWN_SETSIGDEF;
import static dev.parley.sys.Constants.POSIX_SPAWN_SETSIGMASK;
import static dev.parley.sys.Constants.SIGINT;
import static dev.parley.sys.Constants.SIGPIPE;
import static dev.parley.sys.Constants.SIGTERM;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Starts programs with posix_spawnp(3), which ProcessBuilder cannot replace: it passes no
/// descriptors on.
///
/// The child's descriptors are arranged without one clobbering another, whatever their numbers:
///
/// ```text
///   wanted             1. here: copy above   2. in the child: dup2   3. in the child: close
///   our 3 as its 5     3 to 7                7 to 5                  3, 4 and all from 7 on
///   our 5 as its 6     5 to 8                8 to 6
/// ```
///
/// 0, 1 and 2 are ours unless others are named for them. The child starts with no signal blocked
/// and with SIGINT, SIGPIPE and SIGTERM at their defaults, however the JVM was started.
final class Spawner {
  /// Room for either of the C library's opaque structs (glibc: 80 and 336 bytes).
  private static final long OPAQUE_BYTES = 512;

  private static final long SIGSET_BYTES = 128;

  private static final MethodHandle ACTIONS_INIT = find("posix_spawn_file_actions_init");
  private static final MethodHandle ACTIONS_DUP2 = find("posix_spawn_file_actions_adddup2");
  private static final MethodHandle ACTIONS_CLOSE = find("posix_spawn_file_actions_addclose");
  private static final MethodHandle ACTIONS_DESTROY = find("posix_spawn_file_actions_destroy");
  private static final MethodHandle ATTRIBUTES_INIT = find("posix_spawnattr_init");
  private static final MethodHandle SET_FLAGS = find("posix_spawnattr_setflags");
  private static final MethodHandle SET_GROUP = find("posix_spawnattr_setpgroup");
  private static final MethodHandle SET_MASK = find("posix_spawnattr_setsigmask");
  private static final MethodHandle SET_DEFAULT = find("posix_spawnattr_setsigdefault");
  private static final MethodHandle ATTRIBUTES_DESTROY = find("posix_spawnattr_destroy");
  private static final MethodHandle SPAWN = find("posix_spawnp");

  /// Only glibc from 2.34 on has it.
  private static final Optional<MethodHandle> ACTIONS_CLOSE_FROM =
      Libc.function("posix_spawn_file_actions_addclosefrom_np");

  private final SpawnRequest request;
  private final Arena arena;
  private final Scratch scratch;

  private Spawner(SpawnRequest request, Arena arena, Scratch scratch) {
    this.request = request;
    this.arena = arena;
    this.scratch = scratch;
  }

  static int spawn(SpawnRequest request) throws ErrnoException {
    try (Arena arena = Arena.ofConfined();
        Scratch scratch = Scratch.borrow()) {
      return new Spawner(request, arena, scratch).spawn();
    }
  }

  private int spawn() throws ErrnoException {
    SortedMap<Integer, Fd> wanted = new TreeMap<>(request.descriptors());
    int above = wanted.isEmpty() ? 3 : Math.max(wanted.lastKey() + 1, 3);
    List<Fd> copies = new ArrayList<>();
    long actions = arena.allocate(OPAQUE_BYTES, 16).address();
    long attributes = arena.allocate(OPAQUE_BYTES, 16).address();
    check(call(ACTIONS_INIT, actions, 0, 0));
    check(call(ATTRIBUTES_INIT, attributes, 0, 0));
    try {
      for (Map.Entry<Integer, Fd> entry : wanted.entrySet()) {
        int copy = Calls.duplicate(entry.getValue(), above);
        copies.add(Calls.opened(entry.getValue().path(), copy));
        check(call(ACTIONS_DUP2, actions, copy, entry.getKey()));
      }
      closeTheRest(actions, wanted, above);
      setAttributes(attributes);
      return start(actions, attributes);
    } finally {
      call(ACTIONS_DESTROY, actions, 0, 0);
      call(ATTRIBUTES_DESTROY, attributes, 0, 0);
      copies.forEach(Fd::close);
    }
  }

  private void closeTheRest(long actions, SortedMap<Integer, Fd> wanted, int above)
      throws ErrnoException {
    for (int number = 3; number < above; number++) {
      if (!wanted.containsKey(number)) check(call(ACTIONS_CLOSE, actions, number, 0));
    }
    if (ACTIONS_CLOSE_FROM.isPresent()) {
      check(call(ACTIONS_CLOSE_FROM.get(), actions, above, 0));
    } else {
      for (int number : openNumbers()) {
        if (number >= above) check(call(ACTIONS_CLOSE, actions, number, 0));
      }
    }
  }

  /// The descriptors this process has open now, the listing's own among them.
  private List<Integer> openNumbers() throws ErrnoException {
    List<Integer> numbers = new ArrayList<>();
    LinuxKernel kernel = LinuxKernel.INSTANCE;
    try (Fd listing = kernel.openAt(Fd.CWD, "/proc/self/fd", Open.DIRECTORY, 0)) {
      List<String> names = kernel.readDirectory(listing);
      while (!names.isEmpty()) {
        for (String name : names) numbers.add(Integer.valueOf(name));
        names = kernel.readDirectory(listing);
      }
    }
    return numbers;
  }

  private void setAttributes(long attributes) throws ErrnoException {
    MemorySegment none = arena.allocate(SIGSET_BYTES, 8);
    MemorySegment defaults = arena.allocate(SIGSET_BYTES, 8);
    defaults.set(JAVA_LONG, 0, bit(SIGINT) | bit(SIGPIPE) | bit(SIGTERM));
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (request.newProcessGroup()) flags |= POSIX_SPAWN_SETPGROUP;
    check(call(SET_MASK, attributes, none.address(), 0));
    check(call(SET_DEFAULT, attributes, defaults.address(), 0));
    check(call(SET_GROUP, attributes, 0, 0));
    check(call(SET_FLAGS, attributes, flags, 0));
  }

  /// The signal's bit in a sigset_t.
  private static long bit(int signal) {
    return 1L << (signal - 1);
  }

  private int start(long actions, long attributes) throws ErrnoException {
    CStrings strings = new CStrings(arena);
    long arguments = strings.array(request.command());
    long variables = strings.environment(request.environment());
    MemorySegment pid = arena.allocate(JAVA_INT);
    long program = strings.string(request.command().getFirst());
    if (arguments == 0 || variables == 0 || program == 0) throw failure(Errno.EINVAL.number());
    check(
        scratch.function(SPAWN, pid.address(), program, actions, attributes, arguments, variables));
    return pid.get(JAVA_INT, 0);
  }

  private int call(MethodHandle function, long first, long second, long third) {
    return scratch.function(function, first, second, third, 0, 0, 0);
  }

  /// These functions return the error number.
  private void check(int result) throws ErrnoException {
    if (result != 0) throw failure(result);
  }

  private ErrnoException failure(int number) {
    return new ErrnoException("posix_spawnp", request.command().getFirst(), number);
  }

  private static MethodHandle find(String name) {
    return Libc.function(name).orElseThrow(() -> new UnsupportedOperationException("no " + name));
  }
}
