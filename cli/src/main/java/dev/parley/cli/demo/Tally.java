package dev.parley.cli.demo;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Which lines a subscriber got, how often, and whether they were as they were sent.
final class Tally {
  private final Lines lines;
  private final int[] received;
  private final Map<String, Integer> byWorker = new TreeMap<>();
  private int distinct;
  private int damaged;

  Tally(Lines lines) {
    this.lines = lines;
    this.received = new int[lines.count()];
  }

  /// Takes one result of a worker.
  synchronized void add(String result) {
    String[] parts = result.split("\t", -1);
    int number = parts.length == 3 ? number(parts[0]) : -1;
    if (number < 0 || !parts[1].equals(lines.hash(number))) {
      damaged++;
      return;
    }
    if (received[number]++ == 0) distinct++;
    byWorker.merge(parts[2], 1, Integer::sum);
  }

  private int number(String text) {
    if (!text.matches("[0-9]{1,9}")) return -1;
    int number = Integer.parseInt(text);
    return number < received.length ? number : -1;
  }

  synchronized int distinct() {
    return distinct;
  }

  synchronized int total() {
    return Arrays.stream(received).sum();
  }

  synchronized int duplicated() {
    return total() - distinct;
  }

  synchronized int lost() {
    return received.length - distinct;
  }

  /// Results that name no line, or not with what stands in it.
  synchronized int damaged() {
    return damaged;
  }

  synchronized int byWorker(int worker) {
    return byWorker.getOrDefault(String.valueOf(worker), 0);
  }

  boolean isComplete() {
    return lost() == 0;
  }
}
