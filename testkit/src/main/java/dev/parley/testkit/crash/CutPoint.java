package dev.parley.testkit.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One moment at which the power may go, and all that the disk may then look like.
///
/// The possibilities are the product of independent choices: how much of the directory operations,
/// and what of each file that has unsynced bytes. Choice 0 is always that everything has landed.
final class CutPoint {
  private final Recording recording;
  private final int cut;
  private final List<Choice> choices = new ArrayList<>();

  private interface Effect {
    void on(Disk disk);
  }

  /// One thing that may turn out in several ways.
  private record Choice(String what, List<String> names, List<Effect> effects) {}

  CutPoint(Recording recording, int cut, FilesystemModel model) {
    this.recording = recording;
    this.cut = cut;
    switch (model) {
      case JOURNALLED -> choosePrefix();
      case INDEPENDENT_HALVES -> chooseEntries();
    }
    chooseContents();
  }

  /// How many states there are, some of which may look the same; [Long#MAX_VALUE] for very many.
  long states() {
    long product = 1;
    for (Choice choice : choices) {
      if (product > Long.MAX_VALUE / choice.effects().size()) return Long.MAX_VALUE;
      product *= choice.effects().size();
    }
    return product;
  }

  int dimensions() {
    return choices.size();
  }

  int possibilities(int dimension) {
    return choices.get(dimension).effects().size();
  }

  /// The disk for one possibility of each choice.
  Disk disk(int[] picked) {
    Disk disk = new Disk(recording);
    for (int i = 0; i < picked.length; i++) choices.get(i).effects().get(picked[i]).on(disk);
    return disk;
  }

  List<Object> promises() {
    List<Object> promises = new ArrayList<>();
    for (Event event : recording.events().subList(0, cut)) {
      if (event instanceof Event.Promise promise) promises.add(promise.what());
    }
    return promises;
  }

  /// The recording up to here and what was picked.
  String describe(int[] picked) {
    StringBuilder text = new StringBuilder(recording.listing(cut));
    for (int i = 0; i < picked.length; i++) {
      Choice choice = choices.get(i);
      text.append("%s: %s%n".formatted(choice.what(), choice.names().get(picked[i])));
    }
    return text.toString();
  }

  // ---- directory operations

  /// In order: the operations up to the last one that a sync made durable, and any number of those
  /// after it.
  private void choosePrefix() {
    List<Integer> operations = new ArrayList<>();
    int durable = 0;
    for (int i = 0; i < cut; i++) {
      switch (recording.events().get(i)) {
        case Event.Names any -> operations.add(i);
        case Event.Sync sync ->
            durable = Math.max(durable, lastThatTouches(sync.node(), operations));
        case Event.SyncAll any -> durable = operations.size();
        default -> {}
      }
    }
    List<String> names = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    for (int count = operations.size(); count >= durable; count--) {
      List<Integer> landed = operations.subList(0, count);
      names.add(count == 0 ? "none" : "up to " + landed.getLast());
      effects.add(
          disk -> landed.forEach(i -> apply((Event.Names) recording.events().get(i), disk)));
    }
    choices.add(new Choice("directory operations", names, effects));
  }

  private int lastThatTouches(int directory, List<Integer> operations) {
    for (int count = operations.size(); count > 0; count--) {
      Event.Names names = (Event.Names) recording.events().get(operations.get(count - 1));
      if (names.touches(directory)) return count;
    }
    return 0;
  }

  private static void apply(Event.Names operation, Disk disk) {
    for (Event.Half half : operation.halves()) disk.set(half.directory(), half.name(), half.node());
  }

  /// The place of a file in a directory.
  private record Slot(int directory, String name) {}

  /// For each entry: its value at the last sync of its directory, or any it had since.
  private void chooseEntries() {
    Map<Slot, List<Integer>> values = new LinkedHashMap<>();
    for (int i = 0; i < cut; i++) {
      switch (recording.events().get(i)) {
        case Event.Names names -> {
          for (Event.Half half : names.halves()) {
            Slot slot = new Slot(half.directory(), half.name());
            values.computeIfAbsent(slot, this::original).add(half.node());
          }
        }
        case Event.Sync sync ->
            values.forEach((slot, of) -> keepLast(of, slot.directory() == sync.node()));
        case Event.SyncAll any -> values.forEach((slot, of) -> keepLast(of, true));
        default -> {}
      }
    }
    values.forEach(
        (slot, of) -> {
          List<String> names = new ArrayList<>();
          List<Effect> effects = new ArrayList<>();
          for (int node : of.reversed().stream().distinct().toList()) {
            names.add(node == Event.NOTHING ? "nothing" : "file " + node);
            effects.add(disk -> disk.set(slot.directory(), slot.name(), node));
          }
          choices.add(
              new Choice(
                  "entry '%s' of directory %d".formatted(slot.name(), slot.directory()),
                  names,
                  effects));
        });
  }

  private List<Integer> original(Slot slot) {
    Map<String, Integer> before = recording.before().getOrDefault(slot.directory(), Map.of());
    List<Integer> values = new ArrayList<>();
    values.add(before.getOrDefault(slot.name(), Event.NOTHING));
    return values;
  }

  private static void keepLast(List<Integer> values, boolean synced) {
    if (synced) values.subList(0, values.size() - 1).clear();
  }

  // ---- bytes

  private void chooseContents() {
    Map<Integer, FileHistory> files = new TreeMap<>();
    for (Event event : recording.events().subList(0, cut)) {
      switch (event) {
        case Event.Write write -> history(files, write.file()).happened(write);
        case Event.Truncate truncate -> history(files, truncate.file()).happened(truncate);
        case Event.Sync sync -> {
          FileHistory file = files.get(sync.node());
          if (file != null) file.sync();
        }
        case Event.SyncAll any -> files.values().forEach(FileHistory::sync);
        default -> {}
      }
    }
    files.forEach(
        (number, file) -> {
          List<String> names = new ArrayList<>();
          List<Effect> effects = new ArrayList<>();
          for (byte[] content : file.possible()) {
            names.add("version " + names.size() + ", " + content.length + " bytes");
            effects.add(disk -> disk.fill(number, content));
          }
          choices.add(new Choice("bytes of file " + number, names, effects));
        });
  }

  private FileHistory history(Map<Integer, FileHistory> files, int file) {
    return files.computeIfAbsent(file, any -> new FileHistory(recording.nodes().get(any).original));
  }
}
