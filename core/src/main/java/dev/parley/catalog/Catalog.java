package dev.parley.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// All entries: the primitives, and the patterns beside them.
public final class Catalog {
  private static final List<Primitive> PRIMITIVES =
      Stream.of(
              FilePrimitives.all(),
              LockPrimitives.all(),
              LockFilePrimitives.all(),
              List.of(LockPrimitives.mandatoryLock()),
              DirectoryPrimitives.all(),
              PipePrimitives.all(),
              SocketPrimitives.all(),
              MemoryPrimitives.all(),
              KernelPrimitives.all(),
              OtherPrimitives.all(),
              NamelessPrimitives.all())
          .flatMap(List::stream)
          .toList();

  private static final List<Pattern> PATTERNS =
      Stream.of(Patterns.all(), CoordinationPatterns.all()).flatMap(List::stream).toList();

  private Catalog() {}

  /// By family: files first, what is not a file last.
  public static List<Primitive> primitives() {
    return PRIMITIVES;
  }

  public static List<Pattern> patterns() {
    return PATTERNS;
  }

  /// The primitive of that name or alias. Case and the difference between `-`, `_` and a space do
  /// not matter.
  public static Optional<Primitive> primitive(String name) {
    String wanted = normal(name);
    return PRIMITIVES.stream()
        .filter(one -> one.name().equals(wanted) || one.aliases().contains(wanted))
        .findFirst();
  }

  /// The pattern of that name, as for [#primitive].
  public static Optional<Pattern> pattern(String name) {
    String wanted = normal(name);
    return PATTERNS.stream().filter(one -> one.name().equals(wanted)).findFirst();
  }

  /// The patterns that a primitive is part of.
  public static List<Pattern> patternsOf(Primitive primitive) {
    return PATTERNS.stream().filter(one -> one.primitives().contains(primitive.name())).toList();
  }

  /// Names and aliases of primitives that somebody who wrote `word` may have meant, the nearest
  /// first; at most three.
  public static List<String> nearestPrimitives(String word) {
    List<String> names = new ArrayList<>();
    for (Primitive one : PRIMITIVES) {
      names.add(one.name());
      names.addAll(one.aliases());
    }
    return nearest(word, names);
  }

  /// The same of patterns.
  public static List<String> nearestPatterns(String word) {
    return nearest(word, PATTERNS.stream().map(Pattern::name).toList());
  }

  static List<String> nearest(String word, List<String> names) {
    String wanted = normal(word);
    return names.stream()
        .filter(name -> distance(wanted, name) < wanted.length())
        .filter(name -> distance(wanted, name) <= Math.max(2, wanted.length() / 3))
        .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
        .limit(3)
        .toList();
  }

  static String normal(String word) {
    return word.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
  }

  /// How far `name` is from what was written: 1 at most if it contains that; else as many letters
  /// as are too many, too few or wrong, in all of it, or in one of its words and 1 more.
  private static int distance(String written, String name) {
    if (written.length() > 2 && name.contains(written)) return 1;
    int least = letters(written, name);
    for (String word : name.split("-", -1)) least = Math.min(least, letters(written, word) + 1);
    return least;
  }

  /// Levenshtein's distance.
  private static int letters(String written, String name) {
    int[] row = new int[name.length() + 1];
    for (int column = 0; column <= name.length(); column++) row[column] = column;
    for (int line = 1; line <= written.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column <= name.length(); column++) {
        boolean same = written.charAt(line - 1) == name.charAt(column - 1);
        int best = Math.min(diagonal + (same ? 0 : 1), Math.min(row[column], row[column - 1]) + 1);
        diagonal = row[column];
        row[column] = best;
      }
    }
    return row[name.length()];
  }
}
