package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.UnsafePathException;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.Mount;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.Puppet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Full disks, read-only mounts, other users, no descriptors left: the real ones.
@Timeout(300)
class TroubledMachineTest {
  private static final int GROUP = 21_999;
  private static final int ADA = 21_001;
  private static final int BOB = 21_002;
  private static final int EVE = 21_003;

  @TempDir private Path dir;

  /// Others have to get as far as the space.
  @BeforeEach
  void letOthersIn() throws IOException {
    Files.setAttribute(dir, "unix:mode", 0755);
  }

  // ---- a full disk

  @Test
  void aFullDiskFailsTheSendAndLosesNothing() throws Exception {
    try (Mount mount = Mount.tmpfs("size=600k")) {
      fillsUp(mount, Outgoing.of("x".repeat(6_000)), "ENOSPC");
    }
  }

  @Test
  void theLastInodeFailsTheSendAndLosesNothing() throws Exception {
    try (Mount mount = Mount.tmpfs("size=8m,nr_inodes=150")) {
      fillsUp(mount, Outgoing.of("x"), "ENOSPC");
    }
  }

  @Test
  void aFullDiskFailsTheSendOnADiskToo() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.EXT4)) {
      Files.write(mount.path().resolve("ballast"), new byte[44 << 20]);
      fillsUp(mount, Outgoing.of("x".repeat(200_000)), "ENOSPC");
    }
  }

  private static void fillsUp(Mount mount, Outgoing message, String errno) throws Exception {
    try (Space space = Space.open(mount.path().resolve("space"))) {
      Queue queue = space.queue("mails");
      queue.send(message);
      queue.tryClaim().orElseThrow().ack(); // makes this consumer's folder while there is room
      List<String> ids = new ArrayList<>();
      IOException full =
          catchThrowableOfType(
              IOException.class,
              () -> {
                while (true) ids.add(queue.send(message).id());
              });
      assertThat(full).hasMessageContaining("space").hasMessageContaining(errno);
      assertThatThrownBy(() -> queue.send(message.withDeduplicationId("id")))
          .isInstanceOf(IOException.class);
      assertThat(queue.peek(10_000)).extracting(each -> each.id()).isEqualTo(ids);
      assertThat(space.check(false)).isEmpty();
      assertNothingHalfWritten(space);
      assertANewcomerClaimsOrIsToldWhy(space.path(), errno);

      queue.tryClaim().orElseThrow().ack();
      queue.tryClaim().orElseThrow().ack();
      queue.send(message);
      for (Optional<Claim> next = queue.tryClaim(); next.isPresent(); next = queue.tryClaim()) {
        next.get().ack();
      }
      assertThat(queue.send(message.withDeduplicationId("id")).duplicate()).isFalse();
    }
  }

  /// Joining takes a file and a folder, for which there may be no room.
  private static void assertANewcomerClaimsOrIsToldWhy(Path place, String errno) throws Exception {
    try (Space space = Space.open(place);
        Claim claim = space.existingQueue("mails").tryClaim().orElseThrow()) {
      assertThat(claim.isHeld()).isTrue();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(errno);
    }
  }

  private static void assertNothingHalfWritten(Space space) throws IOException {
    try (Stream<Path> files = Files.walk(space.path().resolve("queues/mails/sending"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  // ---- a disk that dies

  @Test
  void aDiskThatDiesFailsEverythingClearlyAndKeepsWhatWasPromised() throws Exception {
    Mount mount = Mount.of(Mount.Kind.XFS);
    List<String> promised = new ArrayList<>();
    try (Space space = Space.open(mount.path().resolve("space"))) {
      Queue queue = space.queue("mails");
      for (int i = 0; i < 9; i++) promised.add(queue.send(Outgoing.of("message " + i)).id());
      Claim claim = queue.tryClaim().orElseThrow();
      mount.breakDown();
      for (String trouble :
          List.of(
              failure(() -> queue.send(Outgoing.of("never"))),
              failure(queue::tryClaim),
              failure(claim::ack),
              failure(() -> queue.peek(9)),
              failure(() -> space.queue("another")))) {
        assertThat(trouble).contains("EIO").contains(mount.path().toString());
      }
    }
    try (Mount again = mount.again();
        Space space = Space.open(again.path().resolve("space"))) {
      space.reap();
      assertThat(space.check(true)).allMatch(Space.Finding::repaired);
      assertThat(space.existingQueue("mails").peek(99))
          .extracting(message -> message.id())
          .containsExactlyElementsOf(promised);
    }
  }

  // ---- a read-only mount

  @Test
  void onAReadOnlyMountLookingWorksAndSendingFailsClearly() throws Exception {
    Path place = dir.resolve("space");
    Exercise.prepare(place);
    try (Mount mount = Mount.readOnly(place);
        Space space = Space.open(mount.path())) {
      assertThat(space.list()).extracting(Space.Named::name).contains("mails", "news");
      assertThat(space.members()).isEmpty();
      assertThat(space.check(false)).isEmpty();
      Queue queue = space.existingQueue("mails");
      assertThat(queue.peek(9))
          .extracting(message -> message.text())
          .containsExactly("high", "first", "failed", "second");
      assertThat(queue.stats().ready()).isEqualTo(4);
      assertThat(queue.dead().list()).hasSize(1);
      assertThat(space.existingTopic("news").stats().entries()).isEqualTo(2);
      for (String trouble :
          List.of(
              failure(() -> queue.send(Outgoing.of("x"))),
              failure(queue::tryClaim),
              failure(queue::hold),
              failure(() -> space.queue("another")))) {
        assertThat(trouble).contains("read-only");
      }
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static String failure(Action action) {
    IOException failure = catchThrowableOfType(IOException.class, action::run);
    return String.valueOf(failure.getMessage());
  }

  // ---- other users

  @Test
  void somebodyElsesPrivateSpaceIsRefused() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving a space to another user needs root");
    Path place = dir.resolve("space");
    Exercise.prepare(place);
    ProcessHarness.run("chown", "-R", ADA + ":" + ADA, place.toString());
    assertThatThrownBy(() -> Space.open(place))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("user " + ADA)
        .hasMessageContaining(place.toString());
    try (ProcessHarness bobs = ProcessHarness.asUser(BOB, BOB)) {
      assertThat(bobs.java(Puppet.class, place.toString()).ask("peek mails"))
          .startsWith("failed ")
          .contains("permission denied")
          .contains(place.toString());
    }
    try (ProcessHarness adas = ProcessHarness.asUser(ADA, ADA)) {
      assertThat(adas.java(Puppet.class, place.toString()).ask("peek mails"))
          .isEqualTo("peeked high first failed second");
    }
  }

  @Test
  void aFileOfSomebodyElseInAPrivateSpaceIsNotTrusted() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving a file to another user needs root");
    Path place = dir.resolve("space");
    try (Space space = Space.open(place)) {
      Queue queue = space.queue("mails");
      String planted = queue.send(Outgoing.of("planted")).id();
      queue.send(Outgoing.of("mine"));
      ProcessHarness.run("chown", String.valueOf(EVE), fileOf(place, planted).toString());
      assertThat(queue.tryClaim().orElseThrow().message().text()).isEqualTo("mine");
      assertThat(queue.dead().find(planted).orElseThrow().reason()).contains("user " + EVE);
      ProcessHarness.run(
          "chown", String.valueOf(EVE), place.resolve("queues/mails/settings").toString());
      assertThatThrownBy(queue::settings)
          .isInstanceOf(UnsafePathException.class)
          .hasMessageContaining("settings")
          .hasMessageContaining("user " + EVE);
    }
  }

  private static Path fileOf(Path place, String id) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(id))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void membersOfAGroupShareASpaceWhateverTheirUmask() throws Exception {
    Path place = groupSpace();
    String[] strictly = {"sh", "-c", "umask 077; exec \"$@\"", "sh"};
    try (ProcessHarness adas = ProcessHarness.asUser(ADA, ADA, GROUP).through(strictly);
        ProcessHarness bobs = ProcessHarness.asUser(BOB, BOB, GROUP).through(strictly)) {
      Child ada = adas.java(Puppet.class, place.toString());
      Child bob = bobs.java(Puppet.class, place.toString());
      assertThat(ada.ask("send mails one")).startsWith("sent");
      assertThat(bob.ask("send mails two id=2")).startsWith("sent");
      assertThat(bob.ask("claim mails 60000")).endsWith("one");
      assertThat(bob.ask("ack")).isEqualTo("done");
      assertThat(ada.ask("claim mails 60000")).endsWith("two");
      ada.kill();
      assertThat(bob.ask("claim mails 60000")).as("what the dead one held").endsWith(" 2 two");
      assertThat(bob.ask("nack")).isEqualTo("done");
      assertThat(bob.ask("check")).isEqualTo("found 0");
    }
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.toList()) assertSharedWithTheGroup(place, file);
    }
  }

  private static void assertSharedWithTheGroup(Path place, Path file) throws IOException {
    int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0xFFF;
    boolean member = file.getParent().equals(place.resolve("members"));
    int expected = Files.isDirectory(file) ? 02770 : member ? 0640 : 0660;
    assertThat(Integer.toOctalString(mode))
        .as("mode of %s", file)
        .isEqualTo(Integer.toOctalString(expected));
    assertThat(Files.getAttribute(file, "unix:gid")).as("group of %s", file).isEqualTo(GROUP);
  }

  @Test
  void whoIsNotInTheGroupIsToldSo() throws Exception {
    Path place = groupSpace();
    try (ProcessHarness eves = ProcessHarness.asUser(EVE, EVE)) {
      assertThat(eves.java(Puppet.class, place.toString()).ask("send mails x"))
          .startsWith("failed ")
          .contains(place.toString())
          .containsAnyOf("group", "permission denied");
    }
  }

  @Test
  void aSpaceCannotBeGivenToAGroupOneIsNotIn() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: becoming another user needs root");
    Path home = Files.createDirectory(dir.resolve("home"));
    ProcessHarness.run("chown", String.valueOf(EVE), home.toString());
    try (ProcessHarness eves = ProcessHarness.asUser(EVE, EVE)) {
      assertThat(eves.java(Puppet.class, home.resolve("space").toString()).ask("share " + GROUP))
          .startsWith("failed UnsafePathException")
          .contains(String.valueOf(GROUP));
    }
  }

  /// Made by root for the group.
  private Path groupSpace() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: sharing between users needs root");
    Path place = dir.resolve("shared");
    Space.open(place, SpaceOptions.defaults().withGroup(String.valueOf(GROUP))).close();
    return place;
  }

  // ---- signals

  /// A process that goes on after SIGSTOP has its epoll_wait(2) ended by EINTR (man 7 signal).
  @Test
  void aWaitGoesOnAfterASignalHasInterruptedIt() throws Exception {
    Path place = dir.resolve("space");
    try (ProcessHarness processes = new ProcessHarness();
        Space space = Space.open(place)) {
      Queue queue = space.queue("mails");
      Child child = processes.java(Puppet.class, place.toString());
      assertThat(child.ask("claim mails 0")).isEqualTo("nothing");
      child.say("claim mails 60000");
      Await.until("it watches the queue", () -> watches(child.pid()));
      for (int i = 0; i < 5; i++) {
        child.stop();
        child.resume();
      }
      queue.send(Outgoing.of("late"));
      assertThat(child.awaitLine("")).endsWith(" late");
      assertThat(child.ask("ack")).isEqualTo("done");
    }
  }

  private static boolean watches(long pid) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fdinfo"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.readString(descriptor).contains("inotify wd:")) return true;
      }
    } catch (NoSuchFileException | UncheckedIOException e) {
      // Closed meanwhile.
    }
    return false;
  }

  // ---- no descriptors left

  @Test
  void withoutDescriptorsEverythingFailsClearlyAndWorksAgainLater() throws Exception {
    String[] poorly = {"sh", "-c", "ulimit -n 300; exec \"$@\"", "sh"};
    try (ProcessHarness processes = new ProcessHarness().through(poorly)) {
      Child child = processes.java(Puppet.class, dir.resolve("space").toString());
      child.ask("send mails one");
      child.ask("send mails two id=2");
      child.ask("claim mails 60000");
      child.ask("ack");
      assertThat(child.ask("hoard")).isEqualTo("hoarded");
      assertThat(child.ask("send mails three"))
          .startsWith("failed")
          .contains("too many open files");
      assertThat(child.ask("send mails four id=4"))
          .startsWith("failed")
          .contains("too many open files");
      assertThat(child.ask("claim mails 10")).startsWith("failed").contains("too many open files");
      assertThat(child.ask("spend")).isEqualTo("spent");
      assertThat(child.ask("send mails five")).startsWith("sent");
      assertThat(child.ask("claim mails 60000")).endsWith(" two");
      assertThat(child.ask("ack")).isEqualTo("done");
      assertThat(child.ask("claim mails 60000")).endsWith(" five");
      assertThat(child.ask("ack")).isEqualTo("done");
      assertThat(child.ask("claim mails 0")).isEqualTo("nothing");
    }
  }
}
