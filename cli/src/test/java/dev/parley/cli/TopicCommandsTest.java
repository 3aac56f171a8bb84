package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.ParleyProcess.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands about topics.
class TopicCommandsTest {
  @TempDir Path directory;
  private Path space;
  private InProcess here;

  @BeforeEach
  void space() {
    space = directory.resolve("space");
    here = new InProcess(space);
  }

  @Test
  void aNamedSubscriptionGoesOnWhereItWas() {
    assertThat(subscribe("orders.*", "--as", "audit", "--wait", "0").code()).isOne();
    publish("orders.eu", "1\n2\n3\n", "-l");
    assertThat(subscribe("orders.*", "--as", "audit", "-n", "1").out()).isEqualTo("1");
    assertThat(subscribe("orders.*", "--as", "audit", "-n", "1", "-l").out()).isEqualTo("2\n");
    InProcess.Result rest = subscribe("orders.*", "--as", "audit", "--wait", "100ms");
    assertThat(rest.out()).isEqualTo("3\n");
    assertThat(rest.code()).isZero();
  }

  @Test
  void aDurableSubscriptionThatIsEndedKeepsNothing() {
    subscribe("orders.*", "--as", "audit", "--wait", "0");
    publish("orders.eu", "1");
    assertThat(here.run("unsubscribe", "audit").code()).isZero();
    InProcess.Result again = here.run("unsubscribe", "audit");
    assertThat(again.code()).isOne();
    assertThat(again.err()).contains("audit").contains("parley ls");
    assertThat(subscribe("orders.*", "--as", "audit", "--wait", "0").code()).isOne();
  }

  @Test
  void patternsSayWhatIsWanted() {
    publish("a.b", "ab");
    publish("a.b.c", "abc");
    publish("x", "x");
    String from = "--from=beginning";
    assertThat(subscribe("a.*", from, "--wait", "100ms").out()).isEqualTo("ab\n");
    assertThat(subscribe("a.**", from, "--wait", "100ms").out().lines())
        .containsExactlyInAnyOrder("ab", "abc");
    assertThat(subscribe("x", "*.b", from, "--wait", "100ms").out().lines())
        .containsExactlyInAnyOrder("ab", "x");
  }

  @Test
  void aNewSubscriptionStartsWhereItIsTold() {
    String position =
        publish("t", "1\n2\n3\n", "-l", "--print-id").lines().findFirst().orElseThrow();
    assertThat(subscribe("t", "--wait", "100ms").code()).isOne();
    assertThat(subscribe("t", "--from", "beginning", "--wait", "100ms").out())
        .isEqualTo("1\n2\n3\n");
    assertThat(subscribe("t", "--from", position, "--wait", "100ms").out()).isEqualTo("2\n3\n");
    assertThat(subscribe("t", "--from", "1h", "--wait", "100ms").out()).isEqualTo("1\n2\n3\n");
    assertThat(subscribe("t", "--from", "2100-01-01", "--wait", "100ms").out()).isEmpty();
  }

  @Test
  void jsonSaysAllAboutAMessage() throws Exception {
    publish("a.b", "x", "--header", "k=v", "--priority", "8");
    Map<String, Object> message =
        here.json("subscribe", "a.*", "--as", "s", "--from", "beginning", "-n", "1").getFirst();
    assertThat(message)
        .containsEntry("topic", "a.b")
        .containsEntry("subscription", "s")
        .containsEntry("payload", "x")
        .containsEntry("priority", 8)
        .containsEntry("headers", Map.of("k", "v"))
        .containsKeys("id", "token", "attempt", "sent");
  }

  @Test
  void lsAndStatsKnowTopicsAndTheirSubscriptions() throws Exception {
    subscribe("a.b", "--as", "s", "--wait", "0");
    publish("a.b", "x");
    assertThat(here.json("ls").stream().map(line -> line.get("name")))
        .containsExactlyInAnyOrder("a.b", "a.b/s");
    assertThat(here.json("ls", "a.b/s"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("kind", "subscription"));
    List<Map<String, Object>> stats = here.json("stats", "a.b");
    assertThat(stats.getFirst())
        .containsEntry("kind", "topic")
        .containsEntry("entries", 1)
        .containsEntry("subscriptions", List.of("s"));
    assertThat(stats.get(1)).containsEntry("name", "a.b/s").containsKey("behind");
    assertThat(here.run("stats").out()).contains("TOPIC", "QUEUE", "a.b/s");
  }

  @Test
  void topicsHaveSettingsOfTheirOwn() throws Exception {
    publish("t", "x");
    assertThat(here.run("configure", "t", "--retain", "2h", "--max-payload", "1k").code()).isZero();
    assertThat(here.json("configure", "t").getFirst())
        .containsEntry("kind", "topic")
        .containsEntry("retainMillis", 7_200_000)
        .containsEntry("maxPayloadBytes", 1024);
    InProcess.Result refused = here.run("configure", "t", "--retries", "1");
    assertThat(refused.code()).isEqualTo(64);
    assertThat(refused.err()).contains("--retain and --max-payload only");
  }

  @Test
  void topicNamesAreWordsJoinedByDots() {
    for (String name : List.of("a..b", ".a", "a/b", "*", "")) {
      InProcess.Result result = here.runWith("x", "publish", name);
      assertThat(result.code()).as(name).isEqualTo(64);
      assertThat(result.err()).startsWith("parley: ");
    }
  }

  @Test
  void aCommandIsRunForEachMessage() throws Exception {
    subscribe("jobs.*", "--as", "w", "--wait", "0");
    publish("jobs.a", "1\nbad\n3\n", "-l");
    Result result =
        ParleyProcess.run(
            space,
            """
            parley subscribe 'jobs.*' --as w --wait 1s -- sh -c '
              read -r word; [ "$word" != bad ] || exit 65
              echo "$word $PARLEY_TOPIC $PARLEY_QUEUE"'
            """);
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("1 jobs.a jobs.a/w\n3 jobs.a jobs.a/w\n");
    assertThat(here.json("dead", "jobs.a/w").getFirst()).containsEntry("reason", "exit status 65");
    assertThat(here.run("dead", "jobs.a/w", "replay", "ALL").code()).isZero();
    assertThat(subscribe("jobs.*", "--as", "w", "-n", "1").out()).isEqualTo("bad");
  }

  @Test
  void aSubscriberWritesWhatComesUntilItIsToldToEnd() throws Exception {
    try (ParleyProcess subscriber =
        ParleyProcess.start(space, "parley subscribe 'a.*' --as s; exit $?")) {
      await().until(() -> space.resolve("subscriptions/s").toFile().exists());
      publish("a.b", "one");
      await().until(() -> subscriber.out().equals("one\n"));
      publish("a.c", "two");
      await().until(() -> subscriber.out().equals("one\ntwo\n"));
      subscriber.signal("TERM");
      Result result = subscriber.awaitEnd();
      assertThat(result.code()).isZero();
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void thoseWhoUseOneNameShareItsMessages() throws Exception {
    publish("t", "before");
    subscribe("t", "--as", "s", "--wait", "0");
    try (ParleyProcess first = ParleyProcess.start(space, "parley subscribe t --as s");
        ParleyProcess second = ParleyProcess.start(space, "parley subscribe t --as s")) {
      await().until(() -> here.json("members").size() >= 2);
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 50; i++) lines.append(i).append('\n');
      publish("t", lines.toString(), "-l");
      await().until(() -> first.out().lines().count() + second.out().lines().count() >= 50);
      assertThat((first.out() + second.out()).lines().distinct()).hasSize(50);
    }
  }

  private String publish(String topic, String input, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "publish";
    line[1] = topic;
    System.arraycopy(options, 0, line, 2, options.length);
    InProcess.Result result = here.runWith(input, line);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private InProcess.Result subscribe(String... args) {
    String[] line = new String[args.length + 1];
    line[0] = "subscribe";
    System.arraycopy(args, 0, line, 1, args.length);
    return here.run(line);
  }
}
