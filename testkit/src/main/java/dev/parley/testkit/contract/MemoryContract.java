package dev.parley.testkit.contract;

import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/// What the contracts of shared memory share: one region a test, opened by as many handles as it
/// likes, each through a kernel that counts and fails as told.
public abstract class MemoryContract extends Contract {
  private Backing backing = new NoBacking();

  protected MemoryContract() {}

  /// Where regions are. The first call makes one, later ones open the same.
  public interface Backing extends AutoCloseable {
    SharedMemory memory(Kernel kernel, SharedMemory.Shape shape) throws IOException;

    SharedQueue queue(Kernel kernel, dev.parley.primitive.memory.QueueShape shape)
        throws IOException;
  }

  protected abstract Backing newBacking() throws IOException;

  @BeforeEach
  void prepare() throws IOException {
    backing = opening(newBacking());
  }

  protected final Backing backing() {
    return backing;
  }

  /// Another region, for tests that need many.
  protected final Backing anotherBacking() throws IOException {
    return opening(newBacking());
  }

  // ---- kernels

  /// Sleeps end by a wake-up or an interrupt and by nothing else: what a lost wake-up needs to be
  /// seen, since waiters look by themselves four times a second.
  protected static Kernel withoutLooks(Kernel kernel) {
    return Interceptor.over(
        kernel,
        call -> {
          if (isSleep(call.name())) call.setArgument(call.argumentCount() - 1, -1L);
          return call.proceed();
        });
  }

  private static boolean isSleep(String call) {
    return call.equals("futexWaitEither") || call.equals("futexWait");
  }

  /// Returns when threads have gone to sleep so often through this kernel.
  protected static void awaitSleeps(FaultyKernel kernel, long times) throws Exception {
    Await.until(times + " sleeps", () -> sleeps(kernel) >= times);
  }

  protected static long sleeps(FaultyKernel kernel) {
    return kernel.count("futexWaitEither") + kernel.count("futexWait");
  }

  /// A process that a test kills.
  protected static MortalKernel mortal() {
    return new MortalKernel(Kernel.linux());
  }

  // ---- leaks

  /// How many descriptors this process has.
  protected static int descriptors() {
    return Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
  }

  /// How often this process has mapped something with `name` in its path.
  protected static long mappings(String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(name)).count();
    }
  }

  private static final class NoBacking implements Backing {
    @Override
    public SharedMemory memory(Kernel kernel, SharedMemory.Shape shape) {
      throw new IllegalStateException("not prepared");
    }

    @Override
    public SharedQueue queue(Kernel kernel, dev.parley.primitive.memory.QueueShape shape) {
      throw new IllegalStateException("not prepared");
    }

    @Override
    public void close() {}
  }
}
