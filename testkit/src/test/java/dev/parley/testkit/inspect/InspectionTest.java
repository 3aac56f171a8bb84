package dev.parley.testkit.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.catalog.Primitive;
import dev.parley.inspect.Inspection;
import dev.parley.inspect.Rights;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path directory;

  private Inspection inspect(Path path) throws IOException {
    try (Route route = Route.of(kernel, path)) {
      return Inspection.of(kernel, route).orElseThrow();
    }
  }

  private static List<String> may(Inspection found, String who) {
    return found.rights().rights().stream()
        .filter(right -> right.who().equals(who) || right.who().startsWith(who + " "))
        .map(Rights.Right::may)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> meets(Inspection found) {
    return found.meets().stream().map(Primitive::name).toList();
  }

  @Test
  void eachKindIsNamedWithWhatMeetsThere() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    ProcessHarness.run("mkfifo", directory.resolve("fifo").toString());
    assertThat(inspect(file).kind()).isEqualTo("regular file");
    assertThat(meets(inspect(file))).contains("append-log", "flock", "ofd-lock", "inotify");
    assertThat(inspect(directory).kind()).isEqualTo("directory");
    assertThat(meets(inspect(directory))).contains("directory-queue", "directory-set", "dotlock");
    assertThat(inspect(directory.resolve("fifo")).kind()).isEqualTo("FIFO");
    assertThat(meets(inspect(directory.resolve("fifo")))).containsExactly("fifo");
    assertThat(inspect(Path.of("/dev/null")).kind()).isEqualTo("character device");
    assertThat(meets(inspect(Path.of("/dev/null")))).isEmpty();
    assertThat(inspect(Path.of("/proc/self/status")).filesystem().computed()).isTrue();
    assertThat(meets(inspect(Path.of("/proc/self/status")))).containsExactly("proc-files");
    assertThat(inspect(Path.of("/proc")).mountPoint()).isTrue();
    assertThat(inspect(file).mountPoint()).isFalse();
  }

  @Test
  void whatHasNoNameIsKnownByItsDescriptor() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (ProcessHarness processes = new ProcessHarness()) {
      Child holder =
          processes.program(
              "python3",
              "-S",
              "-c",
              """
              import os, sys
              a = os.memfd_create('x'); os.dup2(a, 20)
              b = os.open(sys.argv[1], os.O_RDONLY); os.dup2(b, 21); os.unlink(sys.argv[1])
              r, w = os.pipe(); os.dup2(r, 22)
              print('ready', flush=True)
              sys.stdin.readline()
              """,
              file.toString());
      holder.awaitLine("ready");
      String descriptors = "/proc/" + holder.pid() + "/fd/";
      assertThat(inspect(Path.of(descriptors + 20)).kind()).isEqualTo("memfd");
      assertThat(meets(inspect(Path.of(descriptors + 20)))).contains("sealed-memfd");
      Inspection gone = inspect(Path.of(descriptors + 21));
      assertThat(gone.kind()).isEqualTo("regular file");
      assertThat(gone.deleted()).isTrue();
      assertThat(gone.renamers()).isEmpty();
      assertThat(inspect(Path.of(descriptors + 22)).kind()).isEqualTo("pipe");
    }
    Path shared = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shared), "skipped: needs /dev/shm");
    Path object = Files.createTempFile(shared, "parley", "");
    try {
      assertThat(inspect(object).kind()).isEqualTo("shared memory");
      assertThat(meets(inspect(object))).contains("mapped-file", "shared-memory-queue");
    } finally {
      Files.delete(object);
    }
  }

  @Test
  void aSocketIsWhatThoseWhoListenMakeIt() throws Exception {
    Path socket = directory.resolve("socket");
    try (ProcessHarness processes = new ProcessHarness()) {
      try {
        processes.program("socat", "UNIX-LISTEN:" + socket + ",type=5", "-");
      } catch (IOException e) {
        assumeTrue(false, "skipped: needs socat");
      }
      Await.until(
          "it listens",
          () ->
              Files.exists(socket)
                  && inspect(socket).presence().ties().stream()
                      .anyMatch(tie -> tie instanceof Tie.Listening));
      Inspection found = inspect(socket);
      assertThat(found.kind()).isEqualTo("socket");
      assertThat(meets(found)).containsExactly("seqpacket-socket", "descriptor-passing");
      assertThat(may(found, "owner")).containsExactly("connect and send");
    }
  }

  @Test
  void permissionsAreSaidInWordsOfTheKind() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Files.setAttribute(file, "unix:mode", 0640);
    assertThat(may(inspect(file), "owner")).containsExactly("read", "write");
    assertThat(may(inspect(file), "group")).containsExactly("read");
    assertThat(may(inspect(file), "others")).isEmpty();
    assertThat(may(inspect(file), "you")).contains("read", "write").doesNotContain("run");

    Path sticky = Files.createDirectory(directory.resolve("sticky"));
    Files.setAttribute(sticky, "unix:mode", 03777);
    assertThat(may(inspect(sticky), "others"))
        .containsExactly("list", "enter", "make, rename and remove names");
    assertThat(inspect(sticky).rights().notes())
        .anyMatch(note -> note.startsWith("sticky: "))
        .anyMatch(note -> note.startsWith("setgid: what is made in it gets group"));

    Path fifo = directory.resolve("fifo");
    ProcessHarness.run("mkfifo", "-m", "0620", fifo.toString());
    assertThat(may(inspect(fifo), "owner")).containsExactly("receive", "send");
    assertThat(may(inspect(fifo), "group")).containsExactly("send");
  }

  @Test
  void whoMayTakeANameAwayIsWhoMayWriteToItsDirectory() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Path file = Files.createFile(shared.resolve("file"));
    Files.setAttribute(shared, "unix:mode", 0700);
    assertThat(inspect(file).renamers().orElseThrow()).doesNotContain("group", "everybody");
    Files.setAttribute(shared, "unix:mode", 0777);
    assertThat(inspect(file).renamers().orElseThrow()).contains("group ", "everybody");
    Files.setAttribute(shared, "unix:mode", 01777);
    assertThat(inspect(file).renamers().orElseThrow()).doesNotContain("everybody");
  }

  @Test
  void anAccessListIsReadAndItsMaskBounds() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Files.setAttribute(file, "unix:mode", 0600);
    try {
      ProcessHarness.run("setfacl", "-m", "u:65534:rw,g:65534:r,m::r", file.toString());
    } catch (IOException | AssertionError e) {
      assumeTrue(false, "skipped: needs setfacl (acl) and a filesystem with ACLs: " + e);
    }
    Inspection found = inspect(file);
    assertThat(may(found, "owner")).containsExactly("read", "write");
    assertThat(found.rights().rights())
        .filteredOn(right -> right.who().startsWith("user "))
        .singleElement()
        .matches(right -> right.may().equals(List.of("read")), "the mask takes writing away");
    assertThat(may(found, "others")).isEmpty();
    ProcessHarness.run("setfacl", "-d", "-m", "u:65534:rwx", directory.toString());
    assertThat(inspect(directory).rights().notes())
        .anyMatch(note -> note.startsWith("default ACL"));
  }

  @Test
  void whatIsNotThereIsNothing() throws Exception {
    try (Route route = Route.of(kernel, directory.resolve("missing"))) {
      assertThat(Inspection.of(kernel, route)).isEqualTo(Optional.empty());
    }
  }
}
