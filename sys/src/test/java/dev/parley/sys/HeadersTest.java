package dev.parley.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every number in this module against the C headers of both machines: each becomes a static
/// assertion in a C file that a compiler checks and that never runs, so a cross compiler serves as
/// well.
class HeadersTest {
  private static final String HEADERS =
      """
      #define _GNU_SOURCE
      #include <dirent.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <limits.h>
      #include <linux/close_range.h>
      #include <linux/futex.h>
      #include <linux/limits.h>
      #include <linux/netlink.h>
      #include <poll.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/file.h>
      #include <sys/inotify.h>
      #include <sys/ioctl.h>
      #include <sys/mman.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/statfs.h>
      #include <sys/statvfs.h>
      #include <sys/syscall.h>
      #include <sys/uio.h>
      #include <sys/un.h>
      #include <sys/wait.h>
      #include <sys/xattr.h>
      #include <time.h>
      """;

  @TempDir Path temp;

  @Test
  void theNumbersAreThoseOfThisMachinesHeaders() throws Exception {
    Machine machine = Machine.current();
    assertHeadersAgree("gcc", HEADERS, everything(machine));
  }

  @Test
  void theNumbersAreThoseOfAarch64sHeaders() throws Exception {
    assertHeadersAgree("aarch64-linux-gnu-gcc", HEADERS, everything(Machine.AARCH64));
  }

  @Test
  void aarch64sCallsHaveTheGenericNumbers() throws Exception {
    String header = "#include <asm-generic/unistd.h>\n";
    assertHeadersAgree("gcc", header, calls("__NR_", Machine.AARCH64));
  }

  // ---- what is asserted: C expressions and their values

  private static Map<String, Long> everything(Machine machine) throws ReflectiveOperationException {
    Map<String, Long> values = new LinkedHashMap<>();
    values.putAll(calls("SYS_", machine));
    values.putAll(constantsOf(Constants.class, ""));
    values.putAll(constantsOf(InotifyEvent.class, "IN_"));
    values.remove("IN_OVERFLOW");
    values.put("IN_Q_OVERFLOW", (long) InotifyEvent.OVERFLOW);
    values.put("NETLINK_SOCK_DIAG", (long) NetlinkCalls.SOCKETS);
    values.putAll(constantsOf(Seal.class, "F_SEAL_"));
    values.putAll(constantsOf(Poll.class, "POLL"));
    values.putAll(constantsOf(Poll.class, "EPOLL"));
    values.put("PIPE_BUF", (long) PipeCalls.ATOMIC_BYTES);
    values.putAll(errnos());
    values.putAll(openFlags(machine));
    values.putAll(offsets(Structs.Timespec.class, "struct timespec"));
    values.putAll(offsets(Structs.FutexWaitv.class, "struct futex_waitv"));
    values.putAll(offsets(Structs.Statx.class, "struct statx"));
    values.putAll(offsets(Structs.Statfs.class, "struct statfs"));
    values.putAll(offsets(Structs.Flock.class, "struct flock"));
    values.putAll(offsets(Structs.Pollfd.class, "struct pollfd"));
    values.putAll(offsets(Structs.Sigaction.class, "struct sigaction"));
    values.putAll(offsets(SocketStructs.Msghdr.class, "struct msghdr"));
    values.putAll(offsets(SocketStructs.Iovec.class, "struct iovec"));
    values.putAll(offsets(SocketStructs.Cmsghdr.class, "struct cmsghdr"));
    values.putAll(offsets(SocketStructs.Ucred.class, "struct ucred"));
    values.put("sizeof(struct sockaddr_storage)", (long) SocketStructs.MOST_ADDRESS_BYTES);
    values.put("CMSG_SPACE(sizeof(struct ucred))", (long) SocketStructs.Cmsghdr.space(12));
    values.put("sizeof(((struct sockaddr_un *)0)->sun_path)", (long) Sockets.MOST_NAME_BYTES);
    values.putAll(offsets(Structs.Dirent64.class, "struct dirent64"));
    values.putAll(offsets(Structs.InotifyHeader.class, "struct inotify_event"));
    values.putAll(offsets(Structs.NetlinkAddress.class, "struct sockaddr_nl"));
    values.put("offsetof(struct epoll_event, events)", 0L);
    values.put("offsetof(struct epoll_event, data)", (long) machine.epollDataOffset());
    values.put("sizeof(struct epoll_event)", machine.epollDataOffset() + 8L);
    return values;
  }

  private static Map<String, Long> calls(String prefix, Machine machine) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Syscall call : Syscall.values()) {
      values.put(prefix + call.call(), (long) call.numberOn(machine));
    }
    for (BlockingCall call : BlockingCall.values()) {
      values.put(prefix + call.call(), (long) call.numberOn(machine));
    }
    return values;
  }

  private static Map<String, Long> errnos() {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Errno errno : Errno.values()) {
      if (errno != Errno.OTHER) values.put(errno.name(), (long) errno.number());
    }
    return values;
  }

  private static Map<String, Long> openFlags(Machine machine) throws ReflectiveOperationException {
    Map<String, String> names =
        Map.ofEntries(
            Map.entry("READ_ONLY", "O_RDONLY"),
            Map.entry("WRITE_ONLY", "O_WRONLY"),
            Map.entry("READ_WRITE", "O_RDWR"),
            Map.entry("CREATE", "O_CREAT"),
            Map.entry("EXCLUSIVE", "O_EXCL"),
            Map.entry("TRUNCATE", "O_TRUNC"),
            Map.entry("APPEND", "O_APPEND"),
            Map.entry("NON_BLOCKING", "O_NONBLOCK"),
            Map.entry("DIRECT", "O_DIRECT"),
            Map.entry("DIRECTORY", "O_DIRECTORY"),
            Map.entry("NO_FOLLOW", "O_NOFOLLOW"),
            Map.entry("PATH", "O_PATH"),
            Map.entry("TEMPORARY", "O_TMPFILE"));
    Map<String, Long> values = new LinkedHashMap<>();
    constantsOf(Open.class, "")
        .forEach(
            (name, flag) -> {
              assertThat(names).as("C names of Open's flags").containsKey(name);
              values.put(names.get(name), (long) machine.openFlags(flag.intValue()));
            });
    return values;
  }

  private static Map<String, Long> offsets(Class<?> struct, String type)
      throws ReflectiveOperationException {
    Map<String, Long> values = new LinkedHashMap<>();
    constantsOf(struct, "")
        .forEach(
            (name, value) -> {
              String member = name.toLowerCase(Locale.ROOT);
              boolean size = name.equals("SIZE");
              values.put(
                  size ? "sizeof(" + type + ")" : "offsetof(" + type + ", " + member + ")", value);
            });
    assertThat(values).as(type).isNotEmpty();
    return values;
  }

  private static Map<String, Long> constantsOf(Class<?> holder, String prefix)
      throws ReflectiveOperationException {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Field field : holder.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      if (field.getType() != int.class || !Modifier.isStatic(modifiers)) continue;
      if (Modifier.isPrivate(modifiers)) continue;
      values.put(prefix + field.getName(), (long) field.getInt(null));
    }
    return values;
  }

  // ---- the compiler

  private void assertHeadersAgree(String compiler, String headers, Map<String, Long> values)
      throws IOException, InterruptedException {
    String missing = complaints(compiler, headers);
    assumeTrue(missing.isEmpty(), "skipped: no " + compiler + " with C headers: " + missing);
    StringBuilder program = new StringBuilder(headers);
    values.forEach(
        (expression, value) ->
            program.append(
                "_Static_assert((%s) == (%d), \"%s is not %d\");%n"
                    .formatted(expression, value, expression, value)));
    assertThat(complaints(compiler, program.toString())).isEmpty();
  }

  /// What the compiler says of the program: nothing if it is right.
  private String complaints(String compiler, String program)
      throws IOException, InterruptedException {
    Path source = Files.writeString(temp.resolve("numbers.c"), program);
    ProcessBuilder command = new ProcessBuilder(compiler, "-fsyntax-only", source.toString());
    Process process;
    try {
      process = command.redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.getMessage();
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor() == 0 ? "" : output;
  }
}
