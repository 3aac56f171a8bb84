package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.Claims;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Claims messages and hands each to a handler, until there are enough, none came for too long, the
/// source has run dry, or somebody says [#stop]. The first exception of any thread ends all of
/// them.
final class ConsumeLoop {
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(365);

  private final Claims source;
  private final Handler handler;
  private final Limits limits;
  private final AtomicLong wanted;
  private final AtomicLong handled = new AtomicLong();
  private final Set<Thread> waiting = new HashSet<>();
  private boolean stopped;
  private @Nullable Throwable failure;

  /// What is done with a claim. It ends the claim; one that it leaves is given back.
  interface Handler {
    void handle(Claim claim) throws IOException, InterruptedException;
  }

  /// Whether nothing is left to come, for now.
  interface Dry {
    boolean isDry() throws IOException;
  }

  /// When to end by itself.
  ///
  /// @param jobs how many messages may be in hand at a time
  /// @param most how many messages to take
  /// @param patience how long to wait for each; empty waits for ever
  /// @param dry asked when nothing is ready; empty goes on waiting
  record Limits(int jobs, long most, Optional<Duration> patience, Optional<Dry> dry) {}

  ConsumeLoop(Claims source, Handler handler, Limits limits) {
    this.source = source;
    this.handler = handler;
    this.limits = limits;
    this.wanted = new AtomicLong(limits.most());
  }

  /// Runs until it ends.
  ///
  /// @return how many messages were handled
  long run() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i <= limits.jobs(); i++) {
      threads.add(Thread.ofPlatform().name("job-" + i).start(this::consume));
    }
    for (Thread thread : threads) thread.join();
    switch (failure) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return handled.get();
  }

  /// Lets messages in hand be finished and takes no more. From any thread.
  void stop() {
    synchronized (waiting) {
      stopped = true;
      waiting.forEach(Thread::interrupt);
    }
  }

  private void consume() {
    try {
      while (wanted.getAndDecrement() > 0) {
        Optional<Claim> next = next();
        if (next.isEmpty()) return;
        try (Claim claim = next.get()) {
          handler.handle(claim);
        }
        handled.incrementAndGet();
      }
    } catch (Throwable e) {
      synchronized (waiting) {
        if (failure == null) failure = e;
      }
      stop();
    }
  }

  private Optional<Claim> next() throws IOException {
    if (limits.dry().isPresent()) return nextUnlessDry(limits.dry().get());
    Duration patience = limits.patience().orElse(FOREVER);
    if (patience.isPositive()) return await(patience);
    return isStopped() ? Optional.empty() : source.tryClaim();
  }

  /// Nothing tells us that another process has acknowledged the last message: look now and then.
  private Optional<Claim> nextUnlessDry(Dry dry) throws IOException {
    Duration look = SHORTEST_LOOK;
    while (!isStopped()) {
      Optional<Claim> claim = source.tryClaim();
      if (claim.isPresent()) return claim;
      if (dry.isDry()) break;
      claim = await(look);
      if (claim.isPresent()) return claim;
      look = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
    }
    stop();
    return Optional.empty();
  }

  /// Empty also if it was stopped meanwhile.
  private Optional<Claim> await(Duration time) throws IOException {
    synchronized (waiting) {
      if (stopped) return Optional.empty();
      waiting.add(Thread.currentThread());
    }
    try {
      return source.claim(time);
    } catch (InterruptedException e) {
      return Optional.empty();
    } finally {
      synchronized (waiting) {
        waiting.remove(Thread.currentThread());
        // An interrupt that came too late must not reach the handler.
        boolean _ = Thread.interrupted();
      }
    }
  }

  private boolean isStopped() {
    synchronized (waiting) {
      return stopped;
    }
  }
}
