package dev.parley.testkit.crash;

import dev.parley.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Makes the directories that a power cut could leave of a recorded run, and has each one checked.
///
/// The power may go after every event but the promises that come first. If there are more states
/// than `most`, each cut gets its share: the states in which all or nothing unsynced has landed,
/// those that differ from these in one choice, and a random sample with a fixed seed. States that
/// look the same and were promised the same are checked once.
public final class CrashEnumerator {
  private static final int DEFAULT_MOST = 20_000;
  private static final long SEED = 20_260_101;

  private final FilesystemModel model;
  private final int most;

  /// Looks into one state; throws if it breaks a promise.
  @FunctionalInterface
  public interface Check {
    void check(CrashState state) throws Exception;
  }

  public CrashEnumerator(FilesystemModel model) {
    this(model, DEFAULT_MOST);
  }

  /// @param most how many states to look at, about
  public CrashEnumerator(FilesystemModel model, int most) {
    this.model = model;
    this.most = most;
  }

  /// @throws AssertionError if a check fails; it tells the run, the cut, what landed, and the
  ///   directory
  public CrashReport check(Recording recording, Check check) throws IOException {
    List<CutPoint> cuts = new ArrayList<>();
    long possible = 0;
    for (int cut = firstCut(recording); cut <= recording.events().size(); cut++) {
      CutPoint point = new CutPoint(recording, cut, model);
      cuts.add(point);
      possible = saturatedSum(possible, point.states());
    }
    Path parent = Files.createTempDirectory(InMemory.parent(), "power-cut");
    try {
      Set<String> seen = new HashSet<>();
      long looked = 0;
      for (CutPoint cut : cuts) {
        List<int[]> states = possible <= most ? all(cut) : sample(cut, most / cuts.size());
        looked += states.size();
        for (int[] picked : states) {
          Disk disk = cut.disk(picked);
          if (seen.add(disk.fingerprint() + cut.promises())) {
            check(check, cut, picked, disk, parent.resolve(String.valueOf(seen.size())));
          }
        }
      }
      return new CrashReport(cuts.size(), possible, looked, seen.size());
    } finally {
      remove(parent);
    }
  }

  /// After what was promised before anything happened.
  private static int firstCut(Recording recording) {
    int cut = 0;
    List<Event> events = recording.events();
    while (cut < events.size() && events.get(cut) instanceof Event.Promise) cut++;
    return cut;
  }

  private static void check(Check check, CutPoint cut, int[] picked, Disk disk, Path directory)
      throws IOException {
    Files.createDirectory(directory);
    Map<Long, Path> places = disk.materialise(directory);
    Reboot.pretend(places);
    try {
      check.check(new CrashState(directory, cut.promises()));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "a power cut breaks a promise: %s%n%s%nso the disk has%n%s"
              .formatted(e, cut.describe(picked), disk.listing()),
          e);
    }
    remove(directory);
  }

  // ---- which states

  private static List<int[]> all(CutPoint cut) {
    List<int[]> states = new ArrayList<>();
    int[] picked = new int[cut.dimensions()];
    do {
      states.add(picked.clone());
    } while (advance(picked, cut));
    return states;
  }

  /// Counts on, as an odometer does.
  private static boolean advance(int[] picked, CutPoint cut) {
    for (int i = 0; i < picked.length; i++) {
      if (++picked[i] < cut.possibilities(i)) return true;
      picked[i] = 0;
    }
    return false;
  }

  private static List<int[]> sample(CutPoint cut, int share) {
    if (cut.states() <= share) return all(cut);
    int[] landed = new int[cut.dimensions()];
    int[] lost = new int[cut.dimensions()];
    for (int i = 0; i < lost.length; i++) lost[i] = cut.possibilities(i) - 1;
    List<int[]> close = new ArrayList<>();
    for (int i = 0; i < landed.length; i++) {
      for (int other = 0; other < cut.possibilities(i); other++) {
        close.add(with(landed, i, other));
        close.add(with(lost, i, other));
      }
    }
    Random random = new Random(SEED);
    Collections.shuffle(close, random);
    List<int[]> states = new ArrayList<>(List.of(landed, lost));
    states.addAll(close.subList(0, Math.min(close.size(), share / 2)));
    while (states.size() < share) {
      int[] picked = new int[cut.dimensions()];
      for (int i = 0; i < picked.length; i++) picked[i] = random.nextInt(cut.possibilities(i));
      states.add(picked);
    }
    return states;
  }

  private static int[] with(int[] picked, int dimension, int value) {
    int[] other = picked.clone();
    other[dimension] = value;
    return other;
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  // ---- where

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
