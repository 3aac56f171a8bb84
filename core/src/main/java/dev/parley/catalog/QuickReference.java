package dev.parley.catalog;

import java.util.List;
import java.util.stream.Collectors;

/// The quick reference card, `docs/catalog.md`, as Markdown. Source: book 5 and 7.
public final class QuickReference {
  private static final String HEAD =
      """
      # The catalog

      <!-- Made by `./parley catalog --markdown`. Change the data, not this file. -->

      Every way to meet at a name, or to keep others out, with what it gives and what it does not. `parley catalog NAME`
      shows one of them, `parley catalog --compare A B` two side by side, `parley catalog --recommend NEED...` what fits.
      Facts are Linux's; where other systems have it is said under *platforms*. Parley itself runs on Linux, and what only
      Parley's form of a thing does is marked *in Parley*. What the words mean is said [below](#words).
      """;

  private final StringBuilder text = new StringBuilder(HEAD);

  private QuickReference() {}

  /// The whole page.
  public static String markdown() {
    QuickReference page = new QuickReference();
    page.card();
    page.limits();
    page.patterns();
    page.needs();
    page.words();
    for (Family family : Family.values()) page.details(family);
    page.patternDetails();
    return page.text.toString();
  }

  private void card() {
    line("\n## Quick reference");
    for (Family family : Family.values()) {
      line("\n### " + family.title() + "\n");
      line("| primitive | persistence | direction | buffer | ordering | use |");
      line("| --- | --- | --- | --- | --- | --- |");
      for (Primitive one : of(family)) {
        row(
            link(one.name()),
            one.trait(Dimension.PERSISTENCE).words(),
            one.trait(Dimension.DIRECTION).words(),
            one.trait(Dimension.BUFFERING).words(),
            one.trait(Dimension.ORDERING).words(),
            String.join("; ", one.useCases()) + (one.refused() ? " (**refused**)" : ""));
      }
    }
  }

  /// The dimensions that the card has no room for.
  private void limits() {
    line("\n## Limits, costs, protection\n");
    line("| primitive | waiting | message size | cost | after a kill | permissions | security |");
    line("| --- | --- | --- | --- | --- | --- | --- |");
    for (Primitive one : Catalog.primitives()) {
      String bytes =
          one.largestMessageBytes().isPresent()
              ? " (" + one.largestMessageBytes().getAsLong() + ")"
              : "";
      row(
          link(one.name()),
          one.trait(Dimension.SYNCHRONISATION).words(),
          one.trait(Dimension.MESSAGE_SIZE).words() + bytes,
          one.trait(Dimension.PERFORMANCE).words(),
          one.trait(Dimension.DEATH).words(),
          one.trait(Dimension.PERMISSIONS).words(),
          one.trait(Dimension.SECURITY).words());
    }
    line("\n## Where it works\n");
    line("| primitive | platforms | reach | namespace | filesystem | shell |");
    line("| --- | --- | --- | --- | --- | --- |");
    for (Primitive one : Catalog.primitives()) {
      row(
          link(one.name()),
          one.trait(Dimension.PLATFORMS).words(),
          one.trait(Dimension.REACH).words(),
          one.trait(Dimension.NAMESPACE).words(),
          one.trait(Dimension.FILESYSTEM).words(),
          one.trait(Dimension.SHELL).words());
    }
  }

  private void patterns() {
    line("\n## Patterns\n");
    line("| pattern | use | made of | ordering | gives, done right | in Parley |");
    line("| --- | --- | --- | --- | --- | --- |");
    for (Pattern one : Catalog.patterns()) {
      row(
          link(one.name()),
          String.join("; ", one.useCases()),
          links(one.primitives()),
          one.orderingWords(),
          one.guarantees().getFirst(),
          one.implementation().exists() ? "yes" : "not yet");
    }
  }

  private void needs() {
    line("\n## Needs\n");
    line("For `parley catalog --recommend`.\n");
    line("| need | |");
    line("| --- | --- |");
    for (Need need : Need.values()) row(code(need.word()), need.meaning());
  }

  private void words() {
    line("\n## Words\n");
    line("| dimension | word | |");
    line("| --- | --- | --- |");
    for (Dimension<?> dimension : Dimension.ALL) {
      String first = "**" + dimension.name() + "**: " + dimension.question();
      for (Term term : dimension.terms()) {
        row(first, code(term.word()), term.meaning());
        first = "";
      }
    }
  }

  private void details(Family family) {
    line("\n## " + family.title() + ", one by one");
    for (Primitive one : of(family)) {
      line("\n### " + one.name());
      line("\n" + one.title() + ". " + one.summary());
      section("Guaranteed", one.guarantees());
      section("Not promised", one.nonGuarantees());
      line("\nProperties:\n");
      for (Trait<?> trait : one.traits()) {
        String detail = trait.detail().isEmpty() ? "" : " (" + trait.detail() + ")";
        line("- " + trait.dimension() + ": " + trait.words() + detail);
      }
      one.largestMessageBytes()
          .ifPresent(
              bytes -> line("- largest message: " + bytes + " bytes, with Linux's defaults"));
      Security security = one.security();
      line("\nSecurity:\n");
      line("- permissions: " + security.permissions());
      line("- races: " + security.races());
      line("- denial of service: " + security.denialOfService());
      line("- leaks: " + security.leaks());
      line("\n" + parley(one.implementation()));
      one.page().ifPresent(page -> line("More: [" + page + "](primitives/" + page + ")."));
      line("Sources: " + String.join("; ", one.sources()) + ".");
    }
  }

  private void patternDetails() {
    line("\n## The patterns one by one");
    for (Pattern one : Catalog.patterns()) {
      line("\n### " + one.name());
      line("\n" + one.title() + ". " + one.summary());
      section("Gives, done right", one.guarantees());
      section("Does not give", one.nonGuarantees());
      section("Done wrong", one.pitfalls());
      line("\n" + parley(one.implementation()));
      line("Made of " + links(one.primitives()) + ". Ordering: " + one.orderingWords() + ".");
      line("Sources: " + String.join("; ", one.sources()) + ".");
    }
  }

  private static String parley(Implementation implementation) {
    List<String> parts =
        java.util.stream.Stream.of(implementation.classes(), implementation.commands())
            .flatMap(List::stream)
            .map(QuickReference::code)
            .toList();
    String remark = implementation.remark();
    String where = String.join(", ", parts);
    if (where.isEmpty()) return "In Parley: " + remark + ".";
    return "In Parley: " + where + (remark.isEmpty() ? "" : "; " + remark) + ".";
  }

  private void section(String title, List<String> sentences) {
    line("\n" + title + ":\n");
    for (String sentence : sentences) line("- " + sentence);
  }

  private static List<Primitive> of(Family family) {
    return Catalog.primitives().stream().filter(one -> one.family() == family).toList();
  }

  private static String links(List<String> names) {
    return names.stream().map(QuickReference::link).collect(Collectors.joining(", "));
  }

  private static String link(String name) {
    return "[" + name + "](#" + name + ")";
  }

  private static String code(String word) {
    return "`" + word + "`";
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells).replace("\n", " ") + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
