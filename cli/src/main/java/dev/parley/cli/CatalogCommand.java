package dev.parley.cli;

import dev.parley.catalog.Catalog;
import dev.parley.catalog.Comparison;
import dev.parley.catalog.Need;
import dev.parley.catalog.Pattern;
import dev.parley.catalog.Primitive;
import dev.parley.catalog.QuickReference;
import dev.parley.catalog.Recommendation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley catalog`.
@Command(
    name = "catalog",
    header = "Lists, explains, compares and recommends ways to communicate.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such name; nothing meets all the needs",
      ExitCode.HELP_USAGE
    },
    footer = {
      "",
      "Examples:",
      "  parley catalog fifo",
      "  parley catalog --compare flock ofd-lock posix-lock",
      "  parley catalog --recommend broadcast crash-safe shell-friendly"
    })
final class CatalogCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "A primitive or a pattern to explain.")
  @Nullable String name;

  @Option(
      names = "--compare",
      arity = "2..*",
      paramLabel = "NAME",
      description = "Primitives side by side: * marks what differs, ~ where only the details do.")
  @Nullable List<String> compared;

  @Option(
      names = "--recommend",
      arity = "0..*",
      paramLabel = "NEED",
      description = "What meets these needs, and why. Without NEED: the needs that there are.")
  @Nullable List<String> needs;

  @Option(names = "--patterns", description = "The patterns composed of primitives.")
  boolean patterns;

  @Option(names = "--markdown", description = "The quick reference card, docs/catalog.md.")
  boolean markdown;

  @Override
  public Integer call() throws IOException {
    check();
    if (compared != null) return compare(compared);
    if (needs != null) return needs.isEmpty() ? listNeeds() : recommend(needs);
    if (markdown) {
      printer().text(QuickReference.markdown());
    } else if (name != null) {
      return explain(name);
    } else if (patterns) {
      listPatterns();
    } else {
      listPrimitives();
    }
    return ExitCode.DONE;
  }

  private void check() {
    long modes =
        Stream.of(compared != null, needs != null, patterns, markdown).filter(on -> on).count();
    if (modes > 1) {
      throw usage("only one of --compare, --recommend, --patterns and --markdown at a time");
    }
    if (name != null && modes > 0 && !patterns) throw usage("one word too many: '" + name + "'");
    if (markdown && parley.json) throw usage("--markdown is no JSON");
  }

  private void listPrimitives() throws IOException {
    if (parley.json) {
      for (Primitive one : Catalog.primitives()) printer().json(CatalogJson.of(one));
    } else {
      printer().table(CatalogText.primitives());
    }
  }

  private void listPatterns() throws IOException {
    if (parley.json) {
      for (Pattern one : Catalog.patterns()) printer().json(CatalogJson.of(one));
    } else {
      printer().table(CatalogText.patterns());
    }
  }

  private int explain(String wanted) throws IOException {
    Optional<Primitive> primitive = patterns ? Optional.empty() : Catalog.primitive(wanted);
    Optional<Pattern> pattern = Catalog.pattern(wanted);
    if (primitive.isPresent()) {
      if (parley.json) printer().json(CatalogJson.of(primitive.get()));
      else printer().text(CatalogText.of(primitive.get()));
    } else if (pattern.isPresent()) {
      if (parley.json) printer().json(CatalogJson.of(pattern.get()));
      else printer().text(CatalogText.of(pattern.get()));
    } else {
      return patterns
          ? unknown("pattern", wanted, Catalog.nearestPatterns(wanted))
          : unknown("primitive or pattern", wanted, nearest(wanted));
    }
    return ExitCode.DONE;
  }

  private int compare(List<String> names) throws IOException {
    List<Primitive> found = new ArrayList<>();
    for (String each : names) {
      Optional<Primitive> one = Catalog.primitive(each);
      if (one.isEmpty() && Catalog.pattern(each).isPresent()) {
        throw usage(each + " is a pattern, and only primitives can be compared");
      }
      if (one.isEmpty()) return unknown("primitive", each, Catalog.nearestPrimitives(each));
      if (!found.contains(one.get())) found.add(one.get());
    }
    if (found.size() < 2) throw usage("these are all " + found.getFirst().name());
    Comparison comparison = Comparison.of(found);
    if (parley.json) {
      for (Comparison.Row row : comparison.rows()) {
        printer().json(CatalogJson.of(comparison, row));
      }
    } else {
      printer().table(CatalogText.table(comparison));
      printer().text(CatalogText.details(comparison));
    }
    return ExitCode.DONE;
  }

  private int listNeeds() throws IOException {
    if (parley.json) {
      for (Need need : Need.values()) printer().json(CatalogJson.of(need));
    } else {
      printer().table(CatalogText.needs());
    }
    return ExitCode.DONE;
  }

  private int recommend(List<String> words) throws IOException {
    List<Need> wanted = new ArrayList<>();
    for (String word : words) {
      wanted.add(Need.of(word).orElseThrow(() -> unknownNeed(word)));
    }
    Recommendation recommendation = Recommendation.of(wanted);
    if (parley.json) {
      for (Recommendation.Ranked one : recommendation.ranked()) {
        printer().json(CatalogJson.of(one));
      }
    } else {
      printer().text(CatalogText.of(recommendation));
    }
    if (!recommendation.conflicts().isEmpty()) {
      shell().say(CatalogText.conflicts(recommendation));
      return ExitCode.NOTHING;
    }
    return ExitCode.DONE;
  }

  private static List<String> nearest(String word) {
    List<String> names = new ArrayList<>(Catalog.nearestPrimitives(word));
    names.addAll(Catalog.nearestPatterns(word));
    return names;
  }

  private int unknown(String kind, String word, List<String> nearest) {
    shell().say("there is no " + kind + " called '" + word + "'" + didYouMean(nearest));
    if (nearest.isEmpty())
      shell().say("`parley catalog` and `parley catalog --patterns` list them");
    return ExitCode.NOTHING;
  }

  private ParameterException unknownNeed(String word) {
    List<String> nearest = Need.nearest(word);
    String rest =
        nearest.isEmpty() ? "; `parley catalog --recommend` lists them" : didYouMean(nearest);
    return usage("there is no need called '" + word + "'" + rest);
  }

  private static String didYouMean(List<String> nearest) {
    return nearest.isEmpty() ? "" : "; did you mean " + String.join(", ", nearest) + "?";
  }

  private Shell shell() {
    return parley.shell();
  }

  private Printer printer() {
    return new Printer(shell());
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
