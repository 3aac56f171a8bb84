package dev.parley.cli;

import dev.parley.catalog.Catalog;
import dev.parley.catalog.Comparison;
import dev.parley.catalog.Comparison.Difference;
import dev.parley.catalog.Dimension;
import dev.parley.catalog.Fit;
import dev.parley.catalog.Implementation;
import dev.parley.catalog.Need;
import dev.parley.catalog.Pattern;
import dev.parley.catalog.Primitive;
import dev.parley.catalog.Recommendation;
import dev.parley.catalog.Recommendation.Ranked;
import dev.parley.catalog.Term;
import dev.parley.catalog.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The catalog for people.
final class CatalogText {
  private static final int WIDTH = 100;
  private static final int LABEL = 17;

  /// How many recommendations are explained; those that fit as well are only named.
  private static final int EXPLAINED = 5;

  private final StringBuilder text = new StringBuilder();

  private CatalogText() {}

  // ---- lists

  static Table primitives() {
    Table table = new Table("NAME", "PERSISTENCE", "DIRECTION", "ORDERING", "WHAT IT IS");
    for (Primitive one : Catalog.primitives()) {
      table.row(
          one.name(),
          one.trait(Dimension.PERSISTENCE).words(),
          one.trait(Dimension.DIRECTION).words(),
          one.trait(Dimension.ORDERING).words(),
          one.title() + (one.refused() ? " (refused)" : ""));
    }
    return table;
  }

  static Table patterns() {
    Table table = new Table("NAME", "ORDERING", "IN PARLEY", "MADE OF");
    for (Pattern one : Catalog.patterns()) {
      table.row(
          one.name(),
          one.orderingWords(),
          one.implementation().exists() ? "yes" : "not yet",
          String.join(", ", one.primitives()));
    }
    return table;
  }

  static Table needs() {
    Table table = new Table("NEED", "MEANS");
    for (Need need : Need.values()) table.row(need.word(), need.meaning());
    return table;
  }

  // ---- one entry

  static String of(Primitive one) {
    CatalogText page = new CatalogText();
    page.head(one.name(), one.title(), one.summary());
    page.list("Good for", one.useCases());
    page.list("Guaranteed", one.guarantees());
    page.list("Not promised", one.nonGuarantees());
    page.heading("Properties");
    for (Trait<?> trait : one.traits()) page.labelled(trait.dimension().name(), words(trait));
    one.largestMessageBytes()
        .ifPresent(
            bytes ->
                page.labelled("largest message", bytes + " bytes, with Linux's default settings"));
    page.heading("Security");
    page.labelled("permissions", one.security().permissions());
    page.labelled("races", one.security().races());
    page.labelled("denial of service", one.security().denialOfService());
    page.labelled("leaks", one.security().leaks());
    page.heading("More");
    if (!one.aliases().isEmpty()) page.labelled("also called", String.join(", ", one.aliases()));
    page.parley(one.implementation());
    one.page().ifPresent(file -> page.labelled("page", path(file)));
    List<Pattern> patterns = Catalog.patternsOf(one);
    if (!patterns.isEmpty()) page.labelled("patterns", names(patterns));
    page.labelled("sources", String.join("; ", one.sources()));
    return page.text.toString();
  }

  static String of(Pattern one) {
    CatalogText page = new CatalogText();
    page.head(one.name(), one.title(), one.summary());
    page.list("Good for", one.useCases());
    page.list("Gives, done right", one.guarantees());
    page.list("Does not give", one.nonGuarantees());
    page.list("Done wrong", one.pitfalls());
    page.heading("More");
    page.labelled("made of", String.join(", ", one.primitives()));
    page.labelled("ordering", one.orderingWords());
    page.parley(one.implementation());
    page.labelled("sources", String.join("; ", one.sources()));
    return page.text.toString();
  }

  /// Where a page is, from the root of the repository.
  static String path(String page) {
    return "docs/primitives/" + page;
  }

  private static String names(List<Pattern> patterns) {
    return patterns.stream().map(Pattern::name).collect(Collectors.joining(", "));
  }

  /// The words, and what they leave out, or else what they mean.
  private static String words(Trait<?> trait) {
    if (!trait.detail().isEmpty()) return trait.words() + ": " + trait.detail();
    String meanings = trait.terms().stream().map(Term::meaning).collect(Collectors.joining("; "));
    return trait.words() + ": " + meanings;
  }

  private void parley(Implementation implementation) {
    String where =
        Stream.of(implementation.commands(), implementation.classes())
            .flatMap(List::stream)
            .collect(Collectors.joining(", "));
    String remark = implementation.remark();
    if (where.isEmpty()) labelled("in Parley", remark);
    else labelled("in Parley", where + (remark.isEmpty() ? "" : " (" + remark + ")"));
  }

  // ---- side by side

  static Table table(Comparison comparison) {
    List<String> heading = new ArrayList<>(List.of("", "DIMENSION"));
    for (Primitive one : comparison.primitives()) {
      heading.add(one.name().toUpperCase(Locale.ROOT));
    }
    Table table = new Table(heading.toArray(String[]::new));
    for (Comparison.Row row : comparison.rows()) {
      List<String> cells = new ArrayList<>(List.of(mark(row.difference()), row.dimension().name()));
      for (Trait<?> trait : row.traits()) cells.add(trait.words());
      table.row(cells.toArray());
    }
    return table;
  }

  private static String mark(Difference difference) {
    return switch (difference) {
      case NONE -> "";
      case DETAIL -> "~";
      case WORDS -> "*";
    };
  }

  /// What the words of the table leave out, and what each promises.
  static String details(Comparison comparison) {
    CatalogText page = new CatalogText();
    for (Primitive one : comparison.primitives()) {
      page.heading(one.name() + ": " + one.title());
      for (Comparison.Row row : comparison.rows()) {
        Trait<?> trait = one.trait(row.dimension());
        boolean differs = row.difference() != Difference.NONE;
        if (differs && !trait.detail().isEmpty()) {
          page.labelled(row.dimension().name(), trait.detail());
        }
      }
      for (String each : one.guarantees()) page.labelled("guaranteed", each);
      for (String each : one.nonGuarantees()) page.labelled("not promised", each);
    }
    return page.text.toString();
  }

  // ---- recommendations

  static String of(Recommendation recommendation) {
    CatalogText page = new CatalogText();
    List<Ranked> fitting = recommendation.fitting();
    List<Ranked> shown = fitting.isEmpty() ? recommendation.nearest() : fitting;
    if (fitting.isEmpty()) page.line("Nothing meets all of these. The nearest:\n");
    int place = 0;
    for (Ranked one : shown.stream().limit(EXPLAINED).toList()) page.explain(++place, one);
    if (!fitting.isEmpty() && fitting.size() > EXPLAINED) {
      String others =
          fitting.stream()
              .skip(EXPLAINED)
              .map(one -> one.primitive().name())
              .collect(Collectors.joining(", "));
      page.text.append(wrapped("Also: " + others, 0, 6));
    }
    return page.text.toString();
  }

  private void explain(int place, Ranked one) {
    text.append(place).append(". ").append(one.primitive().name());
    text.append(": ").append(one.primitive().title());
    text.append(" (").append(one.count(Fit.YES)).append(" of ").append(one.verdicts().size());
    if (one.count(Fit.PARTLY) > 0) {
      text.append(", ").append(one.count(Fit.PARTLY)).append(" more in part");
    }
    text.append(")\n");
    for (Need.Verdict verdict : one.verdicts()) {
      String line = "  %-7s %-20s %s".formatted(verdict.fit().word(), verdict.need().word(), "");
      text.append(wrapped(line + verdict.why(), 0, line.length()));
    }
    text.append('\n');
  }

  /// Which needs exclude each other.
  static String conflicts(Recommendation recommendation) {
    return recommendation.conflicts().stream()
        .map(
            group ->
                "no primitive is "
                    + group.stream().map(Need::word).collect(Collectors.joining(" and ")))
        .collect(Collectors.joining("\n"));
  }

  // ---- layout

  private void head(String name, String title, String summary) {
    line(name + ": " + title);
    text.append(wrapped(summary, 2, 2));
  }

  private void heading(String title) {
    line("\n" + title);
  }

  private void list(String title, List<String> sentences) {
    heading(title);
    for (String sentence : sentences) text.append(wrapped("- " + sentence, 2, 4));
  }

  private void labelled(String label, String words) {
    String first = "  " + label + " ".repeat(Math.max(1, LABEL - label.length() + 1));
    text.append(wrapped(first + words, 0, LABEL + 3));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /// Lines of at most [#WIDTH] where words allow it. The spaces that `words` begins with, or that
  /// it has in a label, stay.
  private static String wrapped(String words, int first, int rest) {
    StringBuilder lines = new StringBuilder();
    String left = " ".repeat(first) + words;
    while (left.length() > WIDTH) {
      int space = left.lastIndexOf(' ', WIDTH);
      if (space <= rest) space = left.indexOf(' ', WIDTH);
      if (space < 0) break;
      lines.append(left.substring(0, space).stripTrailing()).append('\n');
      left = " ".repeat(rest) + left.substring(space + 1);
    }
    return lines.append(left).append('\n').toString();
  }
}
