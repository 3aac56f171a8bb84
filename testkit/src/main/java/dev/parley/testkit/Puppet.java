package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Sent;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process that does to a space what its standard input says, one command a line, and answers
/// each with one line. Run by [ProcessHarness#java]; the argument is the space.
///
/// ```text
/// member                             member ID
/// send QUEUE TEXT [OPTION=VALUE...]  sent ID, or duplicate ID; options priority, delay, ttl (ms), id, sync
/// claim QUEUE MILLIS                 claimed ID TOKEN ATTEMPT TEXT, or nothing
/// subscribe NAME PATTERN             subscribed
/// next NAME MILLIS                   claimed ..., or nothing
/// publish TOPIC TEXT                 published POSITION
/// configure QUEUE lease=MS           configured
/// ack, nack, give-back               done: the newest claim
/// reap                               reaped N
/// peek QUEUE                         peeked TEXT...
/// list                               listed NAME...
/// check                              found N
/// count                              counted N: how many system calls were made so far
/// halt N                             armed: halts right before the Nth system call from now
/// share GROUP                        shared: makes the space for a group
/// hoard                              hoarded: opens /dev/null until no descriptor is left
/// spend                              spent: closes those again
/// close                              closed
/// ```
///
/// Whatever throws answers `failed CLASS: MESSAGE`.
public final class Puppet {
  private final Path directory;
  private final FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
  private final Map<String, Queue> queues = new HashMap<>();
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  private final List<Fd> hoarded = new ArrayList<>();
  private @Nullable Space space;
  private @Nullable Claim claim;

  private Puppet(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    Puppet puppet = new Puppet(Path.of(arguments[0]));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String command;
    while ((command = commands.readLine()) != null) System.out.println(puppet.answer(command));
  }

  private String answer(String command) {
    try {
      return act(List.of(command.split(" ")));
    } catch (Exception | Error e) {
      return "failed " + e.getClass().getSimpleName() + ": " + oneLine(e);
    }
  }

  private String act(List<String> words) throws IOException, InterruptedException {
    return switch (words.getFirst()) {
      case "member" -> "member " + space().self().id();
      case "send" -> send(words);
      case "claim" -> claimed(queue(words.get(1)).claim(millis(words.get(2))));
      case "subscribe" -> {
        SubscribeOptions options = SubscribeOptions.to(words.get(2)).as(words.get(1));
        subscriptions.put(words.get(1), space().subscribe(options));
        yield "subscribed";
      }
      case "next" -> claimed(subscription(words.get(1)).claim(millis(words.get(2))));
      case "publish" -> {
        try (Topic topic = space().topic(words.get(1))) {
          yield "published " + topic.publish(words.get(2).getBytes(UTF_8));
        }
      }
      case "configure" -> {
        QueueSettings settings = queue(words.get(1)).settings();
        Duration lease = millis(words.get(2).substring("lease=".length()));
        queue(words.get(1)).configure(settings.withLease(lease));
        yield "configured";
      }
      case "ack" -> {
        claim().ack();
        yield "done";
      }
      case "nack" -> {
        claim().nack("asked to");
        yield "done";
      }
      case "give-back" -> {
        claim().close();
        yield "done";
      }
      case "reap" -> "reaped " + space().reap();
      case "peek" -> {
        StringBuilder texts = new StringBuilder("peeked");
        try (Queue queue = space().existingQueue(words.get(1))) {
          queue.peek(100).forEach(message -> texts.append(' ').append(message.text()));
        }
        yield texts.toString();
      }
      case "list" -> {
        StringBuilder names = new StringBuilder("listed");
        space().list().forEach(named -> names.append(' ').append(named.name()));
        yield names.toString();
      }
      case "check" -> "found " + space().check(false).size();
      case "count" -> "counted " + kernel.count(FaultyKernel.ANY);
      case "halt" -> {
        int nth = Integer.parseInt(words.get(1));
        kernel.before(FaultyKernel.ANY, nth, call -> Runtime.getRuntime().halt(3));
        yield "armed";
      }
      case "share" -> {
        Space.open(directory, SpaceOptions.defaults().withGroup(words.get(1))).close();
        yield "shared";
      }
      case "hoard" -> {
        hoard();
        yield "hoarded";
      }
      case "spend" -> {
        hoarded.forEach(Fd::close);
        yield "spent";
      }
      case "close" -> {
        space().close();
        yield "closed";
      }
      default -> throw new IllegalArgumentException("no command " + words);
    };
  }

  private void hoard() {
    try {
      while (true) hoarded.add(Kernel.linux().openAt(Fd.CWD, "/dev/null", Open.READ_ONLY, 0));
    } catch (ErrnoException e) {
      // As many as there are.
    }
  }

  private String send(List<String> words) throws IOException, InterruptedException {
    Outgoing message = Outgoing.of(words.get(2));
    for (String option : words.subList(3, words.size())) {
      String value = option.substring(option.indexOf('=') + 1);
      message =
          switch (option.substring(0, option.indexOf('='))) {
            case "priority" -> message.withPriority(Integer.parseInt(value));
            case "delay" -> message.withDelay(millis(value));
            case "ttl" -> message.withTimeToLive(millis(value));
            case "id" -> message.withDeduplicationId(value);
            case "sync" -> message.withDurability(Durability.valueOf(value));
            default -> throw new IllegalArgumentException("no option " + option);
          };
    }
    Sent sent = queue(words.get(1)).send(message);
    return (sent.duplicate() ? "duplicate " : "sent ") + sent.id();
  }

  private String claimed(Optional<Claim> found) {
    if (found.isEmpty()) return "nothing";
    claim = found.get();
    return "claimed %s %d %d %s"
        .formatted(
            claim.message().id(), claim.token(), claim.message().attempt(), claim.message().text());
  }

  private Space space() throws IOException {
    Space opened = space;
    if (opened == null) {
      SpaceOptions options = SpaceOptions.defaults().withKernel(kernel.kernel());
      opened = Space.open(directory, options);
      space = opened;
    }
    return opened;
  }

  private Queue queue(String name) throws IOException {
    Queue queue = queues.get(name);
    if (queue == null) {
      queue = space().queue(name);
      queues.put(name, queue);
    }
    return queue;
  }

  private Subscription subscription(String name) {
    return Objects.requireNonNull(subscriptions.get(name), "not subscribed");
  }

  private Claim claim() {
    Claim newest = claim;
    if (newest == null) throw new IllegalStateException("nothing was claimed");
    return newest;
  }

  private static Duration millis(String number) {
    return Duration.ofMillis(Long.parseLong(number));
  }

  private static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).replace('\n', ' ');
  }
}
