package dev.parley.pattern.member;

import dev.parley.BadFormatException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes tokens of which those of one message never repeat, not even after a power cut: a durable
/// epoch in the high bits, advanced before the first token of each boot, and the time since boot in
/// the low ones.
public final class Epoch {
  private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
  private static final String NEXT = "epoch.next";
  private static final int CLOCK_BITS = 48;
  private static final long MOST = (1L << (63 - CLOCK_BITS)) - 1;

  private final Kernel kernel;
  private final long high;

  private Epoch(Kernel kernel, long epoch) {
    this.kernel = kernel;
    this.high = epoch << CLOCK_BITS;
  }

  /// The epoch of this boot; advances it, durably, if it is still an earlier boot's or the space is
  /// a copy.
  public static Epoch current(SpaceFolder folder) throws IOException {
    Dir root = folder.root();
    String boot = bootId(root.kernel());
    Map<String, String> state = PropertiesFile.tryRead(root, SpaceFolder.EPOCH);
    if (state == null || !isOf(state, boot) || folder.isCopy()) {
      try (Dir locks = folder.open(SpaceFolder.LOCKS);
          KernelLock _ = KernelLock.acquire(locks, SpaceFolder.EPOCH)) {
        state = PropertiesFile.tryRead(root, SpaceFolder.EPOCH);
        boolean copy = folder.isCopy();
        if (state == null || !isOf(state, boot) || copy) state = advance(root, state, boot);
        if (copy) folder.renew();
      }
    }
    return new Epoch(root.kernel(), number(root, state));
  }

  private static boolean isOf(Map<String, String> state, String boot) {
    return boot.equals(state.get("boot"));
  }

  /// On disk, in order: `epoch.next`, synced with its directory; then its rename to `epoch`, which
  /// others see. So a number is never granted under before it is durable, and if the power cut
  /// undoes the rename, `epoch.next` is there.
  private static Map<String, String> advance(
      Dir root, @Nullable Map<String, String> state, String boot) throws IOException {
    Map<String, String> pending = PropertiesFile.tryRead(root, NEXT);
    long last =
        Math.max(
            state == null ? 0 : number(root, state), pending == null ? 0 : number(root, pending));
    if (last >= MOST) {
      throw new BadFormatException(
          root.path()
              + " has used up its "
              + MOST
              + " epochs; make a new space and move the messages there");
    }
    Map<String, String> next = new LinkedHashMap<>(state == null ? Map.of() : state);
    next.put("epoch", Long.toString(last + 1));
    next.put("boot", boot);
    PropertiesFile.replace(root, NEXT, next, true);
    root.replace(NEXT, SpaceFolder.EPOCH);
    return next;
  }

  private static long number(Dir root, Map<String, String> state) throws BadFormatException {
    String text = state.getOrDefault("epoch", "");
    if (text.matches("[0-9]{1,5}") && Long.parseLong(text) <= MOST) return Long.parseLong(text);
    throw new BadFormatException(
        root.pathOf(SpaceFolder.EPOCH)
            + " is damaged: epoch="
            + text
            + "; write the line epoch=N there, with N above every earlier one and at most "
            + MOST);
  }

  public static String bootId(Kernel kernel) throws IOException {
    try (Fd file = kernel.openAt(Fd.CWD, BOOT_ID, Open.READ_ONLY, 0)) {
      byte[] bytes = new byte[64];
      int length = 0;
      int read;
      do {
        read = kernel.read(file, bytes, length, bytes.length - length);
        length += read;
      } while (read > 0 && length < bytes.length);
      return new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
    }
  }

  /// The number of this boot's epoch.
  public long number() {
    return high >>> CLOCK_BITS;
  }

  /// A new token, larger than `last`, the last one that was granted for the same thing.
  public long tokenAfter(long last) {
    return Math.max(last + 1, high + clockMicros());
  }

  /// Microseconds since boot: the clock of leases, which no clock step moves.
  public long clockMicros() {
    return kernel.boottimeNanos() / 1000;
  }
}
