package dev.parley.testkit.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Queue;
import dev.parley.Sent;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A process of the soak: a producer or a consumer that writes down what it does.
///
/// Arguments: `producer|consumer SPACE LEDGER NAME NEXT plain|faulty MILLIS ORDER...`; NEXT is the
/// number of a producer's first line, MILLIS how long a consumer works now and then with what it
/// holds. Orders, here and on standard input: `upto N` lets a producer send the lines before N;
/// `fault CALL NTH ERRNO` makes the nth such system call from now fail, where the kernel is a
/// faulty one. At the end of its input the process ends in good order.
public final class SoakActor {
  static final String QUEUE = "soak";

  private static final int MOST_IN_HAND = 8;
  private static final int ONE_GIVEN_BACK_IN = 32;
  private static final int ONE_WORKED_ON_IN = 8;
  private static final int FAILURES_IN_A_ROW = 3;
  private static final int FAILED = 70;

  private final Path directory;
  private final Ledger ledger;
  private final String name;
  private final long workMillis;
  private final FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
  private final Random random = new Random();
  private final Thread main = Thread.currentThread();
  private final Object changed = new Object();
  private long next;
  private long upTo;
  private volatile boolean finishing;

  private SoakActor(Path directory, Ledger ledger, String name, long next, long workMillis) {
    this.directory = directory;
    this.ledger = ledger;
    this.name = name;
    this.next = next;
    this.workMillis = workMillis;
  }

  public static void main(String[] arguments) throws IOException {
    SoakActor actor =
        new SoakActor(
            Path.of(arguments[1]),
            new Ledger(Path.of(arguments[2])),
            arguments[3],
            Long.parseLong(arguments[4]),
            Long.parseLong(arguments[6]));
    boolean isProducer = arguments[0].equals("producer");
    // Those that are given here come before the space is opened.
    List<String> all = List.of(arguments);
    for (String order : all.subList(7, all.size())) actor.obey(order);
    Thread.ofPlatform().daemon().name("orders").start(actor::obeyAll);
    System.exit(actor.run(isProducer, arguments[5].equals("faulty")));
  }

  private void obeyAll() {
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try {
      String order;
      while ((order = orders.readLine()) != null) obey(order);
    } catch (IOException e) {
      System.out.println("no more orders: " + e);
    }
    synchronized (changed) {
      finishing = true;
    }
    main.interrupt();
  }

  private void obey(String order) {
    String[] words = order.split(" ");
    if (words[0].equals("upto")) {
      synchronized (changed) {
        upTo = Long.parseLong(words[1]);
        changed.notifyAll();
      }
    } else {
      Errno errno = Errno.valueOf(words[3]);
      int nth = Integer.parseInt(words[2]);
      kernel.before(words[1], nth, call -> ledger.write("fault", call.name(), errno));
      kernel.fail(words[1], nth, errno);
    }
  }

  private int run(boolean isProducer, boolean faulty) {
    int status = 0;
    try (Space space = Space.open(directory, options(faulty));
        Queue queue = space.existingQueue(QUEUE)) {
      if (isProducer) {
        produce(queue);
      } else {
        consume(queue);
      }
    } catch (InterruptedException e) {
      // Asked to finish.
    } catch (IOException | RuntimeException e) {
      error(e);
      status = FAILED;
    }
    ledger.write("exit");
    return status;
  }

  /// The plain kernel is several times as fast.
  private SpaceOptions options(boolean faulty) {
    return SpaceOptions.defaults().withKernel(faulty ? kernel.kernel() : Kernel.linux());
  }

  private void error(Exception e) {
    ledger.write(
        "error", (e.getClass().getSimpleName() + ": " + e.getMessage()).replace('\n', ' '));
  }

  // ---- producing

  private void produce(Queue queue) throws IOException, InterruptedException {
    int failures = 0;
    while (awaitOrder()) {
      String line = name + ":" + next++;
      ledger.write("intent", line);
      try {
        Sent sent = queue.send(line.getBytes(UTF_8));
        ledger.write("sent", line, sent.id());
        failures = 0;
      } catch (IOException | RuntimeException e) {
        if (++failures == FAILURES_IN_A_ROW) throw e;
        error(e);
      }
    }
  }

  /// @return false if it is to finish
  private boolean awaitOrder() throws InterruptedException {
    synchronized (changed) {
      while (next >= upTo) {
        if (finishing) return false;
        changed.wait();
      }
    }
    return true;
  }

  // ---- consuming

  private void consume(Queue queue) throws IOException, InterruptedException {
    int failures = 0;
    Deque<Claim> hand = new ArrayDeque<>();
    while (!finishing) {
      try {
        fill(hand, queue);
        if (random.nextInt(ONE_WORKED_ON_IN) == 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(workMillis));
        }
        while (!hand.isEmpty()) end(hand.remove());
        failures = 0;
      } catch (IOException | RuntimeException e) {
        error(e);
        for (Claim claim : hand) giveBack(claim);
        hand.clear();
        if (++failures == FAILURES_IN_A_ROW) throw e;
      }
    }
  }

  /// Takes several, so that whoever kills this process finds something in its hands.
  private void fill(Deque<Claim> hand, Queue queue) throws IOException, InterruptedException {
    int wanted = 1 + random.nextInt(MOST_IN_HAND);
    Optional<Claim> claim = queue.claim(Duration.ofMinutes(1));
    while (claim.isPresent()) {
      Claim taken = claim.get();
      hand.add(taken);
      ledger.write(
          "claim", words(taken, List.of(taken.message().text(), taken.message().attempt())));
      if (hand.size() == wanted) return;
      claim = queue.tryClaim();
    }
  }

  private void end(Claim claim) throws IOException {
    if (random.nextInt(ONE_GIVEN_BACK_IN) == 0) {
      giveBack(claim);
      return;
    }
    try {
      acknowledge(claim);
    } catch (ClaimLostException e) {
      ledger.write("lost", words(claim, List.of()));
    } catch (IOException | RuntimeException e) {
      giveBack(claim);
      throw e;
    }
  }

  private void acknowledge(Claim claim) throws IOException {
    ledger.write("acking", words(claim, List.of()));
    claim.ack();
    ledger.write("ack", words(claim, List.of()));
  }

  private void giveBack(Claim claim) {
    ledger.write("back", words(claim, List.of()));
    claim.close();
  }

  private static Object[] words(Claim claim, List<Object> more) {
    List<Object> words = new ArrayList<>(List.of(claim.message().id(), claim.token()));
    words.addAll(more);
    return words.toArray();
  }
}
