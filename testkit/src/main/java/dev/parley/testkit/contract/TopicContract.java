package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Claim;
import dev.parley.InvalidNameException;
import dev.parley.NoSuchNameException;
import dev.parley.PartlySentException;
import dev.parley.PayloadTooLargeException;
import dev.parley.Queue;
import dev.parley.SettingsConflictException;
import dev.parley.Space;
import dev.parley.SubscribeOptions;
import dev.parley.SubscribeOptions.From;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.Topic.SubscriptionStats;
import dev.parley.Topic.TopicStats;
import dev.parley.TopicSettings;
import dev.parley.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a topic and its subscriptions are. Each test is a sentence of the specification.
public abstract class TopicContract extends SpaceContract {
  private static final TopicSettings DEFAULTS = TopicSettings.defaults();

  protected Topic topic;

  protected TopicContract() {}

  @BeforeEach
  void openTopic() throws IOException {
    topic = opening(space().topic("orders.eu"));
  }

  private Subscription subscribe(SubscribeOptions options) throws IOException {
    return opening(space().subscribe(options));
  }

  private void publish(String... texts) throws IOException, InterruptedException {
    for (String text : texts) topic.publish(text(text));
  }

  // ---- publishing and subscribing

  @Test
  void whatIsPublishedComesToEverySubscription() throws Exception {
    Subscription one = subscribe(SubscribeOptions.to("orders.eu"));
    Subscription two = opening(openAgain().subscribe(SubscribeOptions.to("orders.eu").as("audit")));
    publish("a", "b");
    for (Subscription each : List.of(one, two)) {
      assertThat(take(each)).isEqualTo("a");
      assertThat(take(each)).isEqualTo("b");
      assertThat(each.tryClaim()).isEmpty();
    }
    assertThat(two.name()).isEqualTo("audit");
  }

  @Test
  void publishingToNobodyIsFine() throws Exception {
    publish("a");
    assertThat(topic.stats().entries()).isEqualTo(1);
  }

  @Test
  void positionsGrow() throws Exception {
    List<String> positions = new ArrayList<>();
    for (int i = 0; i < 20; i++) positions.add(topic.publish(text("m" + i)));
    assertThat(positions).isSorted().doesNotHaveDuplicates();
    assertThat(topic.stats().last()).hasValue(positions.getLast());
  }

  @Test
  void anEntryCarriesItsHeadersPriorityAndTopic() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    topic.publish(text("x").withHeader("k", "v").withPriority(7));
    try (Claim claim = next(subscription)) {
      assertThat(claim.message().headers()).containsEntry("k", "v");
      assertThat(claim.message().priority()).isEqualTo(7);
      assertThat(claim.message().attempt()).isEqualTo(1);
      assertThat(claim.message().sender()).isEqualTo(space().self().id());
      assertThat(subscription.topicOf(claim)).isEqualTo("orders.eu");
      claim.ack();
    }
  }

  @Test
  void onePublishersEntriesComeInItsOrder() throws Exception {
    int count = 2_500;
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    List<Task<Integer>> publishers = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      String name = p + ":";
      Topic own = opening((p == 0 ? space() : openAgain()).topic("orders.eu"));
      publishers.add(
          inBackground(
              () -> {
                for (int i = 0; i < count; i++) own.publish(text(name + i));
                return count;
              }));
    }
    TreeMap<String, List<Integer>> received = new TreeMap<>();
    for (int i = 0; i < publishers.size() * count; i++) {
      String[] parts = take(subscription).split(":");
      received.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
    }
    for (Task<Integer> publisher : publishers) publisher.get();
    received
        .values()
        .forEach(
            numbers ->
                assertThat(numbers)
                    .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList()));
    assertThat(received).hasSize(2);
  }

  @Test
  void severalArePublishedInTheirOrder() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    List<String> positions = topic.publishAll(List.of(text("a"), text("b"), text("c")));
    assertThat(positions).isSorted().hasSize(3);
    assertThat(takeAll(subscription)).containsExactly("a", "b", "c");
  }

  @Test
  void ofSeveralThatDoNotAllFitTheFirstArePublishedAndNamed() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    topic.configure(new TopicSettings(LONG, 3));
    assertThatThrownBy(() -> topic.publishAll(List.of(text("a"), text("long"), text("c"))))
        .isInstanceOfSatisfying(PartlySentException.class, e -> assertThat(e.ids()).hasSize(1))
        .hasCauseInstanceOf(PayloadTooLargeException.class);
    assertThatThrownBy(() -> topic.publishAll(List.of(text("long"), text("d"))))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThat(takeAll(subscription)).containsExactly("a");
  }

  @Test
  void aSubscriptionsQueueIsDrainedWhenAllThatWasPublishedIsDone() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu").as("drained"));
    Queue own = opening(space().existingQueue("orders.eu/drained"));
    Await.until("nothing was published", own::isDrained);
    topic.publish(text("a"));
    assertThat(own.isDrained()).as("published, not taken over").isFalse();
    assertThat(takeAll(subscription)).containsExactly("a");
    Await.until("done", own::isDrained);
  }

  @Test
  void higherPrioritiesGoFirst() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    topic.publish(text("low").withPriority(0));
    topic.publish(text("high").withPriority(9));
    assertThat(takeAll(subscription)).containsExactly("high", "low");
  }

  @Test
  void anExpiredEntryIsNotDelivered() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    Instant sent = Instant.now();
    topic.publish(text("stale").withTimeToLive(Duration.ofMillis(1)));
    publish("fresh");
    Await.until("it expires", () -> Instant.now().isAfter(sent.plusMillis(50)));
    assertThat(takeAll(subscription)).containsExactly("fresh");
  }

  @Test
  void delayAndDeduplicationAreNotForTopics() {
    assertThatThrownBy(() -> topic.publish(text("x").withDelay(LONG)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> topic.publish(text("x").withDeduplicationId("id")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWaitingSubscriberIsWoken() throws Exception {
    Subscription subscription = opening(openAgain().subscribe(SubscribeOptions.to("orders.eu")));
    for (int i = 0; i < 10; i++) {
      Task<String> waiting = inBackground(() -> take(subscription));
      publish("m" + i);
      assertThat(waiting.get()).isEqualTo("m" + i);
    }
  }

  @Test
  void anInterruptEndsTheWaitAndClosesNothing() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    Task<Optional<Claim>> waiting = inBackground(() -> subscription.claim(LONG));
    waiting.thread().interrupt();
    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    publish("still open");
    assertThat(take(subscription)).isEqualTo("still open");
  }

  @Test
  void anOverlongPayloadIsRefused() throws Exception {
    Topic small = opening(space().topic("small", new TopicSettings(LONG, 3)));
    assertThatThrownBy(() -> small.publish(text("four")))
        .isInstanceOf(PayloadTooLargeException.class);
    small.publish(text("yes"));
  }

  // ---- patterns

  @Test
  void aStarIsOneWordAndTwoStarsAreAnyNumber() throws Exception {
    List<String> names = List.of("a", "a.b", "a.b.c", "x.b", "x");
    Subscription all = subscribe(SubscribeOptions.to("**").as("all"));
    Subscription two = subscribe(SubscribeOptions.to("*.b").as("two"));
    Subscription below = subscribe(SubscribeOptions.to("a.**").as("below"));
    Subscription exact = subscribe(SubscribeOptions.to("a", "x").as("exact"));
    for (String name : names) opening(space().topic(name)).publish(text(name));
    assertThat(receive(all, 5)).containsExactlyInAnyOrderElementsOf(names);
    assertThat(receive(two, 2)).containsExactlyInAnyOrder("a.b", "x.b");
    assertThat(receive(exact, 2)).containsExactlyInAnyOrder("a", "x");
    assertThat(receive(below, 3)).containsExactlyInAnyOrder("a", "a.b", "a.b.c");
    for (Subscription each : List.of(all, two, below, exact)) assertThat(each.tryClaim()).isEmpty();
  }

  private static List<String> receive(Subscription from, int count) throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) texts.add(take(from));
    return texts;
  }

  @Test
  void aTopicMadeLaterIsSubscribedToFromItsFirstEntry() throws Exception {
    Subscription durable = subscribe(SubscribeOptions.to("later.*").as("audit"));
    Subscription live = subscribe(SubscribeOptions.to("later.*"));
    opening(openAgain().topic("later.one")).publish(text("first"));
    for (Subscription each : List.of(durable, live)) {
      try (Claim claim = next(each)) {
        assertThat(claim.message().text()).isEqualTo("first");
        assertThat(each.topicOf(claim)).isEqualTo("later.one");
        claim.ack();
      }
    }
  }

  @Test
  void aMalformedNameOrPatternIsRefused() {
    for (String name :
        List.of("", ".", "a..b", ".a", "a.", "a/b", "a b", "ä", "*", "a\0", "x".repeat(129))) {
      assertThatThrownBy(() -> space().topic(name))
          .as("topic '%s'", name)
          .isInstanceOf(InvalidNameException.class);
    }
    for (String pattern : List.of("", "a..b", "a*", "***", "a/b", ".")) {
      assertThatThrownBy(() -> space().subscribe(SubscribeOptions.to(pattern)))
          .as("pattern '%s'", pattern)
          .isInstanceOf(InvalidNameException.class);
    }
    assertThatThrownBy(() -> space().subscribe(SubscribeOptions.to("a").as("../x")))
        .isInstanceOf(InvalidNameException.class);
  }

  // ---- where a subscription starts

  @Test
  void aNewSubscriptionStartsWhereItIsTold() throws Exception {
    publish("a", "b");
    String position = topic.publish(text("c"));
    publish("d");
    assertThat(startingAt("now", From.NOW)).isEmpty();
    assertThat(startingAt("beginning", From.BEGINNING)).containsExactly("a", "b", "c", "d");
    assertThat(startingAt("after", new From.After(position))).containsExactly("d");
  }

  private List<String> startingAt(String name, From from) throws Exception {
    return takeAll(subscribe(SubscribeOptions.to("orders.eu").as(name).from(from)));
  }

  @Test
  void aSubscriptionMayStartAtATime() throws Exception {
    publish("a", "b");
    Instant between = Instant.now().plusMillis(1);
    Await.until("the clock goes on", () -> Instant.now().isAfter(between.plusMillis(1)));
    publish("c");
    assertThat(startingAt("then", new From.Since(between))).containsExactly("c");
    assertThat(startingAt("long-ago", new From.Since(Instant.EPOCH)))
        .containsExactly("a", "b", "c");
    assertThat(startingAt("future", new From.Since(Instant.now().plus(LONG)))).isEmpty();
  }

  @Test
  void anExistingSubscriptionGoesOnWhereItWas() throws Exception {
    Subscription first = subscribe(SubscribeOptions.to("orders.eu").as("audit"));
    publish("a", "b");
    assertThat(take(first)).isEqualTo("a");
    first.close();
    publish("c");
    assertThat(startingAt("audit", From.BEGINNING)).containsExactly("b", "c");
  }

  // ---- durable and live

  @Test
  void aDurableSubscriptionCollectsWhileNobodyIsThere() throws Exception {
    Space away = openAgain();
    away.subscribe(SubscribeOptions.to("orders.eu").as("audit")).close();
    away.close();
    publish("a", "b");
    assertThat(startingAt("audit", From.NOW)).containsExactly("a", "b");
  }

  @Test
  void aLiveSubscriptionEndsWithItsHandle() throws Exception {
    Subscription live = subscribe(SubscribeOptions.to("orders.eu"));
    publish("a");
    assertThat(topic.stats().subscriptions()).hasSize(1);
    live.close();
    assertThat(topic.stats().subscriptions()).isEmpty();
  }

  @Test
  void twoThatUseOneNameShareItsMessages() throws Exception {
    Subscription one = subscribe(SubscribeOptions.to("orders.eu").as("team"));
    Subscription two = opening(openAgain().subscribe(SubscribeOptions.to("orders.eu").as("team")));
    for (int i = 0; i < 100; i++) publish("m" + i);
    Set<String> got = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      assertThat(got.add(take(one))).isTrue();
      assertThat(got.add(take(two))).isTrue();
    }
    assertThat(got).hasSize(100);
    assertThat(one.tryClaim()).isEmpty();
  }

  @Test
  void unsubscribeEndsADurableSubscriptionInEveryTopic() throws Exception {
    Topic other = opening(space().topic("orders.us"));
    subscribe(SubscribeOptions.to("orders.*").as("audit")).close();
    publish("a");
    assertThat(space().unsubscribe("audit")).isTrue();
    assertThat(space().unsubscribe("audit")).isFalse();
    assertThat(topic.stats().subscriptions()).isEmpty();
    assertThat(other.stats().subscriptions()).isEmpty();
    Topic later = opening(space().topic("orders.asia"));
    assertThat(later.stats().subscriptions()).isEmpty();
  }

  @Test
  void aReaderOfAnEndedSubscriptionIsToldSo() throws Exception {
    Subscription reader = subscribe(SubscribeOptions.to("orders.*").as("audit"));
    openAgain().unsubscribe("audit");
    assertThatThrownBy(() -> reader.claim(Duration.ofSeconds(20)))
        .isInstanceOf(NoSuchNameException.class);
    Topic later = opening(space().topic("orders.asia"));
    assertThat(later.stats().subscriptions()).isEmpty();
  }

  @Test
  void subscribingAgainWithAnotherPatternAddsIt() throws Exception {
    subscribe(SubscribeOptions.to("orders.*").as("audit")).close();
    Subscription more = subscribe(SubscribeOptions.to("mails.*").as("audit"));
    opening(space().topic("mails.eu")).publish(text("mail"));
    opening(space().topic("orders.us")).publish(text("order"));
    assertThat(take(more)).isEqualTo("mail");
    Subscription both = subscribe(SubscribeOptions.to("**").as("audit"));
    assertThat(take(both)).isEqualTo("order");
  }

  // ---- acknowledgements, failures, back-pressure

  @Test
  void anUnacknowledgedEntryComesAgain() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu").as("audit"));
    publish("a", "b");
    try (Claim claim = next(subscription)) {
      assertThat(claim.message().text()).isEqualTo("a");
    }
    try (Claim again = next(subscription)) {
      assertThat(again.message().text()).isEqualTo("a");
      assertThat(again.message().attempt()).isEqualTo(2);
      again.ack();
    }
    assertThat(takeAll(subscription)).containsExactly("b");
  }

  @Test
  void whatOneSubscriptionRefusesIsItsOwnDeadLetter() throws Exception {
    Subscription audit = subscribe(SubscribeOptions.to("orders.eu").as("audit"));
    Subscription other = subscribe(SubscribeOptions.to("orders.eu").as("other"));
    publish("a");
    next(audit).reject("no");
    assertThat(take(other)).isEqualTo("a");
    Queue letters = space().existingQueue("orders.eu/audit");
    assertThat(letters.dead().list()).singleElement().extracting("reason").isEqualTo("no");
    assertThat(space().existingQueue("orders.eu/other").dead().list()).isEmpty();
    assertThat(letters.dead().replayAll()).isEqualTo(1);
    assertThat(take(audit)).isEqualTo("a");
  }

  @Test
  void aSlowSubscriberCostsOnlyItself() throws Exception {
    Subscription slow = subscribe(SubscribeOptions.to("orders.eu").as("slow"));
    Subscription fast = subscribe(SubscribeOptions.to("orders.eu").as("fast"));
    for (int i = 0; i < 1_200; i++) publish("m" + i);
    assertThat(takeAll(fast)).hasSize(1_200);
    assertThat(take(slow)).isEqualTo("m0");
  }

  // ---- retention and stats

  @Test
  void anEntryIsKeptForTheRetentionAndThenUntilEveryDurableSubscriptionHasIt() throws Exception {
    Topic brief = opening(space().topic("brief", DEFAULTS.withRetention(Duration.ofMillis(1))));
    Subscription audit = subscribe(SubscribeOptions.to("brief").as("audit"));
    audit.close();
    brief.publish(text("a"));
    AtomicInteger published = new AtomicInteger(1);
    Subscription early = subscribe(SubscribeOptions.to("brief").from(From.BEGINNING));
    assertThat(take(early)).as("audit has not had it yet").isEqualTo("a");

    Subscription back = subscribe(SubscribeOptions.to("brief").as("audit"));
    assertThat(take(back)).isEqualTo("a");
    Await.until(
        "old entries go",
        () -> {
          brief.publish(text("next"));
          takeAll(back);
          takeAll(early);
          published.incrementAndGet();
          return brief.stats().entries() < published.get();
        });
    assertThat(topic.settings().retention()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void statsTellHowFarBehindEachSubscriptionIs() throws Exception {
    Subscription audit = subscribe(SubscribeOptions.to("orders.eu").as("audit"));
    assertThat(topic.stats().last()).isEmpty();
    publish("a", "b", "c");
    assertThat(unread(audit)).isEqualTo(3);
    take(audit);
    Claim claim = next(audit);
    TopicStats stats = topic.stats();
    assertThat(stats.entries()).isEqualTo(3);
    assertThat(stats.oldest()).isPresent();
    assertThat(unread(audit)).isEqualTo(1);
    assertThat(stats.subscriptions().getFirst().queue().claimed()).isEqualTo(1);
    claim.ack();
  }

  private long unread(Subscription subscription) throws IOException {
    SubscriptionStats stats =
        topic.stats().subscriptions().stream()
            .filter(each -> each.name().equals(subscription.name()))
            .findFirst()
            .orElseThrow();
    return stats.behind() + stats.queue().ready();
  }

  @Test
  void settingsAreKeptComparedAndChanged() throws Exception {
    assertThat(topic.settings()).isEqualTo(DEFAULTS);
    assertThat(topic.name()).isEqualTo("orders.eu");
    assertThatThrownBy(
            () -> space().topic("orders.eu", DEFAULTS.withRetention(Duration.ofMinutes(1))))
        .isInstanceOf(SettingsConflictException.class)
        .hasMessageContaining("retention");
    TopicSettings wanted = new TopicSettings(Duration.ofMinutes(1), 77);
    topic.configure(wanted);
    assertThat(opening(openAgain().topic("orders.eu", wanted)).settings()).isEqualTo(wanted);
  }

  @Test
  void aTopicThatIsNotThereIsSaidNotToBe() {
    assertThatThrownBy(() -> space().existingTopic("nowhere"))
        .isInstanceOf(NoSuchNameException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void topicsAndSubscriptionsAreListed() throws Exception {
    subscribe(SubscribeOptions.to("orders.eu").as("audit"));
    assertThat(space().list())
        .contains(
            new Space.Named("orders.eu", "topic"),
            new Space.Named("orders.eu/audit", "subscription"));
  }

  @Test
  void checkFindsNothingWrong() throws Exception {
    Subscription audit = subscribe(SubscribeOptions.to("orders.*").as("audit"));
    Subscription live = subscribe(SubscribeOptions.to("orders.eu"));
    publish("a", "b");
    take(audit);
    Claim claim = next(live);
    assertThat(space().check(false)).isEmpty();
    claim.ack();
  }

  /// Payloads are bytes, whatever they are.
  @Test
  void anEmptyEntryArrives() throws Exception {
    Subscription subscription = subscribe(SubscribeOptions.to("orders.eu"));
    topic.publish("".getBytes(UTF_8));
    assertThat(take(subscription)).isEmpty();
  }
}
