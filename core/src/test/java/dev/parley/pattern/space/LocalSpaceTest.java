package dev.parley.pattern.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.Claim;
import dev.parley.NoSuchNameException;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.UnsafePathException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LocalSpaceTest {
  @TempDir private Path dir;

  @Test
  void aDirectoryOpenToItsGroupIsNoSpaceUntilTheGroupIsNamed() throws Exception {
    Path shared = dir.resolve("shared");
    Files.createDirectory(shared);
    Files.setAttribute(shared, "unix:mode", 02775);
    assertThatThrownBy(() -> Space.open(shared))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("--group")
        .hasMessageContaining("chmod 0700");
    assertThat(shared).isEmptyDirectory();
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(shared, "unix:mode", 0700);
    Space.open(shared).close();
  }

  @Test
  void anEpochThatNoTokenHasRoomForIsRefused() throws Exception {
    Path place = dir.resolve("space");
    try (Space space = Space.open(place)) {
      space.self();
    }
    Files.writeString(place.resolve("epoch"), "epoch=32768\nboot=another\n");
    try (Space space = Space.open(place)) {
      assertThatThrownBy(space::self)
          .isInstanceOf(BadFormatException.class)
          .hasMessageContaining("32767");
    }
  }

  @Test
  void aDirectoryOfSomethingElseIsLeftAloneAndNothingIsAdvised() throws Exception {
    Files.writeString(dir.resolve("holiday.jpg"), "x");
    Files.setAttribute(dir, "unix:mode", 0755);
    assertThatThrownBy(() -> Space.open(dir))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("holiday.jpg")
        .hasMessageNotContaining("chmod");
    assertThatThrownBy(() -> Space.open(dir, SpaceOptions.defaults().withCreate(false)))
        .isInstanceOf(NoSuchNameException.class);
  }

  @Test
  void aNameThatIsNoneHidesNoOtherAndIsReported() throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      space.queue("good").close();
      space.subscribe(SubscribeOptions.to("**").as("all")).close();
      List<String> odd = List.of("queues/good~", "topics/a b", "subscriptions/folder");
      for (String name : odd) mkdir(space.path().resolve(name));
      assertThat(space.list()).containsExactly(new Space.Named("good", "queue"));
      space.topic("news").publish(Outgoing.of("x"));
      assertThat(space.list()).contains(new Space.Named("news/all", "subscription"));
      assertThat(space.check(true)).extracting(Space.Finding::path).hasSameElementsAs(odd);
      assertThat(space.path().resolve("queues/good~")).isEmptyDirectory();
    }
  }

  private static void mkdir(Path path) throws IOException {
    Files.createDirectory(path);
    Files.setAttribute(path, "unix:mode", 0700);
  }

  @Test
  void aMemberWhoseFileSaysNonsenseHidesNoOther() throws Exception {
    try (Space space = Space.open(dir.resolve("space"));
        Space other = Space.open(dir.resolve("space"))) {
      String mine = space.self().id();
      String id = other.self().id();
      Files.writeString(space.path().resolve("members/" + id), "no lines\033[2J");
      assertThat(space.members())
          .extracting(Space.MemberInfo::id)
          .containsExactlyInAnyOrder(id, mine);
    }
  }

  @Test
  void aQueueThatIsBeingRemovedIsGone() throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      Queue queue = space.queue("q");
      queue.send(Outgoing.of("x"));
      queue.tryClaim().orElseThrow().ack();
      Path aside = space.path().resolve("queues/.q-aside");
      Files.move(space.path().resolve("queues/q"), aside);
      Files.delete(aside.resolve("settings"));
      assertThatThrownBy(queue::tryClaim).isInstanceOf(NoSuchNameException.class);
      assertThatThrownBy(() -> queue.claim(Duration.ofMinutes(1)))
          .isInstanceOf(NoSuchNameException.class);
    }
  }

  @Test
  void theAgeOfWhatASubscriptionHasTakenOverIsThatOfItsEntry() throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      Subscription all = space.subscribe(SubscribeOptions.to("news").as("all"));
      Topic news = space.topic("news");
      for (int i = 0; i < 2; i++) news.publish(Outgoing.of("x"));
      try (Claim claim = all.claim(Duration.ofMinutes(1)).orElseThrow();
          Queue queue = space.existingQueue("news/all")) {
        assertThat(claim.isHeld()).isTrue();
        assertThat(queue.stats().oldest().orElseThrow()).isLessThan(Duration.ofHours(1));
      }
    }
  }

  @Test
  void whatCannotBeOpenedLeavesNoDescriptor() throws Exception {
    try (Space space = Space.open(dir.resolve("space"))) {
      space.topic("t").close();
      space.subscribe(SubscribeOptions.to("t").as("s")).close();
      space.queue("q").close();
      Path root = space.path();
      Files.writeString(root.resolve("topics/t/subs/s/settings"), "format=99\n");
      Files.writeString(root.resolve("queues/q/settings"), "format=99\n");
      assertThatThrownBy(() -> space.queue("t/s")).isInstanceOf(BadFormatException.class);
      long before = descriptors();
      assertThatThrownBy(() -> space.queue("t/s")).isInstanceOf(BadFormatException.class);
      assertThatThrownBy(() -> space.queue("q")).isInstanceOf(BadFormatException.class);
      assertThatThrownBy(() -> space.subscribe(SubscribeOptions.to("t").as("s")))
          .isInstanceOf(BadFormatException.class);
      Files.writeString(root.resolve("topics/t/settings"), "format=99\n");
      assertThatThrownBy(() -> space.topic("t")).isInstanceOf(BadFormatException.class);
      assertThat(descriptors()).isEqualTo(before);
    }
  }

  @Test
  @Timeout(60)
  void closingASpaceClosesWhatIsOpenInIt() throws Exception {
    use(); // the JDK opens files of its own the first time
    long before = descriptors();
    use();
    while (descriptors() > before) Thread.onSpinWait(); // the watcher's thread closes its own
  }

  private void use() throws IOException, InterruptedException {
    try (Space space = Space.open(dir.resolve("space"))) {
      for (String name : List.of("a", "b")) {
        space.queue(name).send(Outgoing.of("x"));
        space.subscribe(SubscribeOptions.to("**"));
        space.topic("t-" + name).publish(Outgoing.of("x"));
      }
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }
}
