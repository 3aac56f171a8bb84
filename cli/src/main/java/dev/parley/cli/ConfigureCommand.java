package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.Store;
import dev.parley.Topic;
import dev.parley.TopicSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley configure`.
@Command(
    name = "configure",
    header = "Shows or changes the settings of a queue or topic.",
    customSynopsis = {
      "parley configure NAME [--max-messages N] [--max-bytes B] [--full block|refuse]",
      "                 [--dedup-window D] [--retain D] [--retries N] [--lease D]",
      "                 [--backoff D] [--backoff-max D] [--max-payload B]"
    },
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such name",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "With options, a queue that is not there is made. A topic has --retain and",
      "--max-payload only. A duration of 0 switches a thing off.",
      "",
      "Example:",
      "  parley configure mails --retries 3 --lease 10m"
    })
final class ConfigureCommand extends SpaceCommand {
  private static final Set<String> OF_TOPICS = Set.of("--retain", "--max-payload");

  @Parameters(index = "0", paramLabel = "NAME", description = "A queue, a topic, or TOPIC/NAME.")
  String name;

  @Option(
      names = "--max-messages",
      paramLabel = "N",
      description = "Bound on waiting and claimed messages; 0 is none.")
  @Nullable Long maxMessages;

  @Option(
      names = "--max-bytes",
      paramLabel = "B",
      converter = Sizes.class,
      description = "Bound on their bytes; 0 is none.")
  @Nullable Long maxBytes;

  @Option(
      names = "--full",
      paramLabel = "block|refuse",
      description = "What a send to a full queue does.")
  QueueSettings.@Nullable WhenFull full;

  @Option(
      names = "--dedup-window",
      paramLabel = "D",
      converter = Durations.class,
      description = "How long the keys of `send --id` are remembered.")
  @Nullable Duration dedupWindow;

  @Option(
      names = "--retain",
      paramLabel = "D",
      converter = Durations.class,
      description = "How long acknowledged messages are kept; for a topic, all of them.")
  @Nullable Duration retain;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "How often a message comes again before it is given up.")
  @Nullable Integer retries;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = Durations.class,
      description = "How long a claim lasts; 0 is as long as its holder lives.")
  @Nullable Duration lease;

  @Option(
      names = "--backoff",
      paramLabel = "D",
      converter = Durations.class,
      description = "The delay after the first failure; doubles with each.")
  @Nullable Duration backoff;

  @Option(
      names = "--backoff-max",
      paramLabel = "D",
      converter = Durations.class,
      description = "The longest such delay.")
  @Nullable Duration backoffMax;

  @Option(
      names = "--max-payload",
      paramLabel = "B",
      converter = Sizes.class,
      description = "The largest payload; at most 1G.")
  @Nullable Long maxPayload;

  @Option(
      names = "--store",
      paramLabel = "spool|file",
      description = "How a new queue keeps its messages; cannot be changed later.")
  @Nullable Store store;

  @Override
  void check() {
    changed(QueueSettings.defaults());
  }

  @Override
  boolean makesSpace() {
    return !given().isEmpty();
  }

  @Override
  int run(Space space) throws Exception {
    if (space.list().contains(new Space.Named(name, "topic"))) {
      try (Topic topic = space.existingTopic(name)) {
        configure(topic);
      }
    } else {
      try (Queue queue = open(space)) {
        configure(queue);
      }
    }
    return ExitCode.DONE;
  }

  /// The settings that were given, by the names of their options.
  private Set<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .filter(option -> !option.inherited())
        .map(OptionSpec::longestName)
        .collect(Collectors.toSet());
  }

  private Queue open(Space space) throws IOException {
    try {
      return space.existingQueue(name);
    } catch (NoSuchNameException e) {
      if (given().isEmpty() || name.contains("/")) throw e;
      shell().say("making the queue " + name);
      return space.queue(name, changed(QueueSettings.defaults()));
    }
  }

  private void configure(Queue queue) throws IOException {
    QueueSettings settings = queue.settings();
    if (given().isEmpty()) {
      show("queue", describe(settings));
      return;
    }
    QueueSettings wanted = changed(settings);
    if (!wanted.equals(settings)) queue.configure(wanted);
    if (json()) show("queue", describe(wanted));
  }

  private void configure(Topic topic) throws IOException {
    TopicSettings settings = topic.settings();
    if (given().isEmpty()) {
      show("topic", describe(settings));
      return;
    }
    if (!OF_TOPICS.containsAll(given())) throw usage("a topic has --retain and --max-payload only");
    TopicSettings wanted =
        new TopicSettings(
            retain == null ? settings.retention() : retain,
            maxPayload == null ? settings.maxPayloadBytes() : maxPayload);
    if (!wanted.equals(settings)) topic.configure(wanted);
    if (json()) show("topic", describe(wanted));
  }

  private QueueSettings changed(QueueSettings settings) {
    QueueSettings to = settings;
    if (maxMessages != null) to = to.withMaxMessages(maxMessages);
    if (maxBytes != null) to = to.withMaxBytes(maxBytes);
    if (full != null) to = to.withWhenFull(full);
    if (dedupWindow != null) to = to.withDedupWindow(dedupWindow);
    if (retain != null) to = to.withRetain(retain);
    if (retries != null) to = to.withRetries(retries);
    if (lease != null) to = to.withLease(lease);
    if (backoff != null) to = to.withBackoff(backoff, to.backoffMax());
    if (backoffMax != null) to = to.withBackoff(to.backoff(), backoffMax);
    if (maxPayload != null) to = to.withMaxPayloadBytes(maxPayload);
    if (store != null) to = to.withStore(store);
    return to;
  }

  /// One setting, as its option and as JSON name it.
  private record Setting(String option, String text, String key, Object value) {
    static Setting number(String option, String key, long value) {
      return new Setting(option, String.valueOf(value), key, value);
    }

    static Setting time(String option, String key, Duration value) {
      return new Setting(option, Durations.exact(value), key + "Millis", value.toMillis());
    }
  }

  private static List<Setting> describe(QueueSettings settings) {
    String whenFull = Words.of(settings.whenFull());
    String store = Words.of(settings.store());
    return List.of(
        Setting.number("--max-messages", "maxMessages", settings.maxMessages()),
        Setting.number("--max-bytes", "maxBytes", settings.maxBytes()),
        new Setting("--full", whenFull, "full", whenFull),
        Setting.time("--dedup-window", "dedupWindow", settings.dedupWindow()),
        Setting.time("--retain", "retain", settings.retain()),
        Setting.number("--retries", "retries", settings.retries()),
        Setting.time("--lease", "lease", settings.lease()),
        Setting.time("--backoff", "backoff", settings.backoff()),
        Setting.time("--backoff-max", "backoffMax", settings.backoffMax()),
        Setting.number("--max-payload", "maxPayloadBytes", settings.maxPayloadBytes()),
        new Setting("--store", store, "store", store));
  }

  private static List<Setting> describe(TopicSettings settings) {
    return List.of(
        Setting.time("--retain", "retain", settings.retention()),
        Setting.number("--max-payload", "maxPayloadBytes", settings.maxPayloadBytes()));
  }

  private void show(String kind, List<Setting> settings) throws IOException {
    if (json()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("kind", kind);
      for (Setting setting : settings) object.put(setting.key(), setting.value());
      printer().json(object);
    } else {
      Table table = new Table("SETTING", "VALUE");
      for (Setting setting : settings) table.row(setting.option(), setting.text());
      printer().table(table);
    }
  }
}
