package dev.parley.cli;

import java.util.ArrayList;
import java.util.List;

/// Columns for people: a heading, and rows padded to the widest cell. Numbers stand to the right.
final class Table {
  private static final String GAP = "  ";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heading) {
    this.heading = List.of(heading);
  }

  void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) row.add(Printable.line(String.valueOf(cell)));
    rows.add(row);
  }

  String toString(boolean color) {
    StringBuilder text = new StringBuilder();
    String top = line(heading);
    text.append(color ? BOLD + top + PLAIN : top).append('\n');
    for (List<String> row : rows) text.append(line(row)).append('\n');
    return text.toString();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      line.append(isNumeric(column) ? padding + cell : cell + padding).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int width = heading.get(column).length();
    for (List<String> row : rows) width = Math.max(width, row.get(column).length());
    return width;
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).matches("[0-9]*"));
  }
}
