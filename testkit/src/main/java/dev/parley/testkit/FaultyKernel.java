package dev.parley.testkit;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A kernel whose calls fail, fall short or are watched as a test says.
///
/// ```java
/// FaultyKernel faulty = FaultyKernel.over(Kernel.linux())
///     .fail("renameNoReplaceAt", 3, Errno.ENOSPC)   // the third from now, once
///     .shorten("write", 7);                         // each writes 7 bytes at most
/// Space space = Space.open(dir, SpaceOptions.defaults().withKernel(faulty.kernel()));
/// ```
///
/// Calls are named as the methods of [Kernel]; [#ANY] stands for each of them that can fail. A
/// count starts when its rule is added. Rules that fit the same call apply in the order they were
/// added, the first outermost. Safe for use by several threads.
///
/// A `close` or `unmap` that fails has done its work all the same, as on Linux. EINTR is not
/// retried, because that is done below this seam: it shows what happens where a kernel gives up.
public final class FaultyKernel {
  /// Every call that can fail, except `close` and `unmap`: nobody hears of their failure.
  public static final String ANY = "*";

  private static final List<Method> METHODS =
      Arrays.stream(Kernel.class.getMethods())
          .filter(method -> !Modifier.isStatic(method.getModifiers()))
          .toList();

  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final Map<Fd, List<String>> unreadNames = new WeakHashMap<>();
  private final Kernel kernel;

  private FaultyKernel(Kernel kernel) {
    this.kernel = Interceptor.over(kernel, this::intercept);
  }

  public static FaultyKernel over(Kernel kernel) {
    return new FaultyKernel(kernel);
  }

  /// The kernel to hand to the code under test.
  public Kernel kernel() {
    return kernel;
  }

  // ---- faults

  /// Fails the `nth` such call from now (1 is the next), once; the call is not made.
  public FaultyKernel fail(String call, int nth, Errno errno) {
    return fail(named(call), nth, errno);
  }

  public FaultyKernel fail(Predicate<Call> which, int nth, Errno errno) {
    return add(new Rule(which, nth, nth, call -> refuse(call, errno)));
  }

  /// Fails the `nth` such call from now and all later ones.
  public FaultyKernel failFrom(String call, int nth, Errno errno) {
    return failFrom(named(call), nth, errno);
  }

  public FaultyKernel failFrom(Predicate<Call> which, int nth, Errno errno) {
    return add(new Rule(which, nth, Long.MAX_VALUE, call -> refuse(call, errno)));
  }

  /// Makes the `nth` such call from now and then says it failed, as a device or a file server may.
  public FaultyKernel failAfterDoing(String call, int nth, Errno errno) {
    return add(
        new Rule(
            named(call),
            nth,
            nth,
            made -> {
              release(made.proceed());
              throw made.failure(errno);
            }));
  }

  /// Lets each such call move at most this many bytes (`read`, `readAt`, `write`, `writeAt`,
  /// `trySend`, `tryReceive`, `trySendMessage`), or names (`readDirectory`).
  public FaultyKernel shorten(String call, int most) {
    if (most < 1) throw new IllegalArgumentException("nothing would ever be moved: " + most);
    if (call.equals("readDirectory")) {
      return add(new Rule(named(call), 1, Long.MAX_VALUE, made -> fewerNames(made, most)))
          .add(new Rule(named("rewind"), 1, Long.MAX_VALUE, this::forgetNames));
    }
    int lengthAt =
        switch (call) {
          case "read", "write", "trySend", "tryReceive", "trySendMessage" -> 3;
          case "readAt", "writeAt" -> 4;
          default -> throw new IllegalArgumentException(call + " cannot be short");
        };
    return add(
        new Rule(
            named(call),
            1,
            Long.MAX_VALUE,
            made -> {
              made.setArgument(lengthAt, Math.min(most, made.number(lengthAt)));
              return made.proceed();
            }));
  }

  // ---- hooks

  /// Runs `hook` right before the `nth` such call from now.
  public FaultyKernel before(String call, int nth, Consumer<Call> hook) {
    return before(named(call), nth, hook);
  }

  public FaultyKernel before(Predicate<Call> which, int nth, Consumer<Call> hook) {
    return add(
        new Rule(
            which,
            nth,
            nth,
            call -> {
              hook.accept(call);
              return call.proceed();
            }));
  }

  /// Runs `hook` right after the `nth` such call from now, if it succeeds.
  public FaultyKernel after(String call, int nth, Consumer<Call> hook) {
    return after(named(call), nth, hook);
  }

  public FaultyKernel after(Predicate<Call> which, int nth, Consumer<Call> hook) {
    return add(
        new Rule(
            which,
            nth,
            nth,
            call -> {
              Object result = call.proceed();
              hook.accept(call);
              return result;
            }));
  }

  /// Forgets every rule; from here on the kernel is as good as the one below.
  public FaultyKernel heal() {
    rules.clear();
    return this;
  }

  // ---- counts

  /// How many such calls were made so far, failed ones included.
  public long count(String call) {
    named(call);
    if (!call.equals(ANY)) {
      AtomicLong count = counts.get(call);
      return count == null ? 0 : count.get();
    }
    return counts.entrySet().stream()
        .filter(entry -> isOfAny(entry.getKey()))
        .mapToLong(entry -> entry.getValue().get())
        .sum();
  }

  /// The names of the calls that can be made to fail.
  public static List<String> failingCalls() {
    return METHODS.stream().map(Method::getName).filter(FaultyKernel::canFail).sorted().toList();
  }

  // ---- how it works

  private interface Action {
    @Nullable Object apply(Call call) throws ErrnoException;
  }

  /// Applies to the calls from the `first` to the `last` that fit.
  private record Rule(
      Predicate<Call> which, long first, long last, Action action, AtomicLong seen) {
    Rule(Predicate<Call> which, long first, long last, Action action) {
      this(which, first, last, action, new AtomicLong());
      if (first < 1) throw new IllegalArgumentException("calls are counted from 1, not " + first);
    }

    boolean isDue(Call call) {
      if (!which.test(call)) return false;
      long number = seen.incrementAndGet();
      return number >= first && number <= last;
    }
  }

  private FaultyKernel add(Rule rule) {
    rules.add(rule);
    return this;
  }

  private @Nullable Object intercept(Call call) throws ErrnoException {
    counts.computeIfAbsent(call.name(), name -> new AtomicLong()).incrementAndGet();
    List<Rule> due = new ArrayList<>();
    for (Rule rule : rules) if (rule.isDue(call)) due.add(rule);
    return apply(due, 0, call);
  }

  private static @Nullable Object apply(List<Rule> due, int next, Call call) throws ErrnoException {
    if (next == due.size()) return call.proceed();
    return due.get(next).action().apply(call.before(() -> apply(due, next + 1, call)));
  }

  private static @Nullable Object refuse(Call call, Errno errno) throws ErrnoException {
    if (call.is("close") || call.is("unmap")) call.proceed();
    throw call.failure(errno);
  }

  private static void release(@Nullable Object result) {
    Interceptor.opened(result).forEach(Fd::close);
    if (result instanceof Mapping mapping) mapping.close();
  }

  private @Nullable Object fewerNames(Call call, int most) throws ErrnoException {
    Fd dir = call.fd(0);
    synchronized (unreadNames) {
      List<String> names = unreadNames.remove(dir);
      if (names == null) names = names(call.proceed());
      if (names.size() <= most) return names;
      unreadNames.put(dir, names.subList(most, names.size()));
      return names.subList(0, most);
    }
  }

  private @Nullable Object forgetNames(Call call) throws ErrnoException {
    synchronized (unreadNames) {
      unreadNames.remove(call.fd(0));
    }
    return call.proceed();
  }

  @SuppressWarnings("unchecked")
  private static List<String> names(@Nullable Object result) {
    return (List<String>) Objects.requireNonNull(result);
  }

  private static Predicate<Call> named(String name) {
    if (name.equals(ANY)) return call -> isOfAny(call.name());
    if (METHODS.stream().noneMatch(method -> method.getName().equals(name))) {
      throw new IllegalArgumentException("the kernel has no call " + name);
    }
    return call -> call.is(name);
  }

  private static boolean isOfAny(String name) {
    return canFail(name) && !name.equals("close") && !name.equals("unmap");
  }

  private static boolean canFail(String name) {
    return METHODS.stream()
        .filter(method -> method.getName().equals(name))
        .anyMatch(method -> List.of(method.getExceptionTypes()).contains(ErrnoException.class));
  }
}
