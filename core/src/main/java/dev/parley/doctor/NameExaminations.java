package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.RENAME_REPLACES_WHOLE;

import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/// Races for names between processes.
final class NameExaminations {
  private static final int PRIZES = 500;
  private static final int REPLACEMENTS = 1_000;

  private final Dir dir;
  private final Workers workers;

  NameExaminations(Ward ward, Workers workers) {
    this.dir = ward.dir();
    this.workers = workers;
  }

  void run(Doctor doctor) throws IOException {
    for (Race race : Race.values()) doctor.examine(race.guarantee(), () -> run(race));
    doctor.examine(RENAME_REPLACES_WHOLE, this::replacesWhole);
  }

  private Finding run(Race race) throws IOException {
    for (int i = 0; i < PRIZES; i++) race.prepare(dir, i);
    List<BitSet> won =
        workers.all(Trial.RACE, race, PRIZES).stream()
            .map(answer -> BitSet.valueOf(HexFormat.of().parseHex(answer)))
            .toList();
    int unfair = 0;
    for (int i = 0; i < PRIZES; i++) {
      if (!race.isFair(won, i)) unfair++;
    }
    String tried = workers.count() + " processes, " + PRIZES + " names";
    return unfair == 0
        ? Finding.holds(race.guarantee(), tried + ", one winner each")
        : Finding.broken(race.guarantee(), tried + ", " + unfair + " with no winner or several");
  }

  private Finding replacesWhole() throws IOException {
    dir.replaceFile("whole", Trial.letters(0), false);
    List<String> answers = workers.all(Trial.REPLACE, REPLACEMENTS);
    int broken = answers.stream().mapToInt(Integer::parseInt).sum();
    int looks = REPLACEMENTS * (workers.count() - 1);
    return broken == 0
        ? Finding.holds(RENAME_REPLACES_WHOLE, looks + " looks, each at one whole file")
        : Finding.broken(
            RENAME_REPLACES_WHOLE, broken + " of " + looks + " looks saw no whole file");
  }
}
