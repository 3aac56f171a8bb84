package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.catalog.Catalog;
import dev.parley.catalog.Dimension;
import dev.parley.catalog.Need;
import dev.parley.catalog.Pattern;
import dev.parley.catalog.Primitive;
import dev.parley.catalog.QuickReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `parley catalog`, which needs no space and makes none.
class CatalogCommandTest {
  @TempDir Path directory;
  private InProcess here;
  private InProcess.Result result;

  @BeforeEach
  void noSpace() {
    here = new InProcess(directory.resolve("space"));
  }

  @AfterEach
  void noSpaceWasMade() {
    assertThat(Files.exists(directory.resolve("space"))).isFalse();
  }

  @Test
  void theListHasARowForEachPrimitive() {
    catalog();
    assertThat(result.code()).isZero();
    List<String> rows = result.out().lines().skip(1).toList();
    assertThat(rows.stream().map(row -> row.replaceFirst(" .*", "")))
        .isEqualTo(Catalog.primitives().stream().map(Primitive::name).toList());
    assertThat(result.out()).contains("Mandatory lock (refused)");
  }

  @Test
  void oneEntryIsExplained() {
    catalog("named_pipe");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith("fifo: FIFO (named pipe)\n  A pipe")
        .contains("\nGuaranteed\n  - ", "\nNot promised\n  - ", "\nSecurity\n")
        .contains("docs/primitives/fifos.md", "man 7 fifo")
        .contains("  ordering          fifo, causal: one buffer");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--patterns", ""})
  void aPatternIsExplainedWithItsPitfalls(String option) {
    if (option.isEmpty()) catalog("barrier");
    else catalog("barrier", option);
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith("barrier: Barrier\n")
        .contains("\nDone wrong\n", "directory-set");
  }

  @Test
  void whatAPrimitiveIsPartOfIsSaid() {
    catalog("sealed-memfd");
    assertThat(result.out()).contains("  patterns          memfd-over-socket\n");
  }

  @Test
  void everyEntryCanBeShown() {
    Stream.concat(
            Catalog.primitives().stream().map(Primitive::name),
            Catalog.patterns().stream().map(Pattern::name))
        .forEach(
            name -> {
              catalog(name);
              assertThat(result.code()).as(name).isZero();
              assertThat(result.out()).startsWith(name + ": ").doesNotContain("null");
            });
  }

  @Test
  void patternsAreListedWithWhetherParleyHasThem() {
    catalog("--patterns");
    assertThat(result.out())
        .containsPattern("\nlock-free-queue +fifo, priority +yes +directory-queue, ")
        .containsPattern("\nbarrier +none +not yet +directory-set, ");
  }

  // ---- compare

  @Test
  void whatDiffersIsMarked() {
    catalog("--compare", "flock", "ofd-lock", "posix-lock");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .containsPattern("DIMENSION +FLOCK +OFD-LOCK +POSIX-LOCK\n")
        .containsPattern("\n   role +exclusion")
        .containsPattern("\n~  death +released +released +released\n")
        .containsPattern("\n\\*  platforms +linux, freebsd, macos +linux, macos")
        .containsPattern(
            "\nposix-lock: POSIX record lock\n(.*\n)*  death +at the holder's end, and");
  }

  @Test
  void theSameUnderTwoNamesIsNoComparison() {
    catalog("--compare", "fifo", "mkfifo");
    assertThat(result.code()).isEqualTo(64);
    assertThat(result.err()).contains("these are all fifo");
    catalog("--compare", "fifo", "mkfifo", "flock");
    assertThat(result.code()).isZero();
    assertThat(result.out()).containsPattern("DIMENSION +FIFO +FLOCK\n");
  }

  @Test
  void aComparisonAsJsonHasALineForEachDimension() throws Exception {
    List<Map<String, Object>> rows = here.json("catalog", "--compare", "fifo", "stream-socket");
    assertThat(rows.stream().map(row -> row.get("dimension")))
        .isEqualTo(Dimension.ALL.stream().map(Dimension::name).toList());
    assertThat(rows.getFirst())
        .containsEntry("difference", "words")
        .extracting("values.fifo.terms")
        .isEqualTo(List.of("stream"));
  }

  // ---- recommend

  @Test
  void aRecommendationSaysForEachNeedWhyItFits() {
    catalog("--recommend", "fd-passing", "ordered");
    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("1. stream-socket: Unix stream socket (2 of 2)\n")
        .contains("  yes     fd-passing           handover: passes open descriptors\n")
        .doesNotContain("  no ");
  }

  @Test
  void moreThatFitAreNamed() {
    catalog("--recommend", "mutual-exclusion");
    assertThat(result.out())
        .contains("5. ")
        .doesNotContain("6. ")
        .containsPattern("\nAlso: .*dotlock");
  }

  @Test
  void contradictoryNeedsGetTheNearestAndWhatEachLacks() {
    catalog("--recommend", "other-host", "fd-passing");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("parley: no primitive is other-host and fd-passing\n");
    assertThat(result.out())
        .startsWith("Nothing meets all of these. The nearest:\n")
        .contains("atomic-write: ", "stream-socket: ")
        .contains("  no      fd-passing ", "  no      other-host ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--json"})
  void theNeedsAreListedWhereNoneIsGiven(String option) {
    if (option.isEmpty()) catalog("--recommend");
    else catalog("--recommend", option);
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("survives-reboot", "shell-friendly");
    int heading = option.isEmpty() ? 1 : 0;
    assertThat(result.out().lines()).hasSize(Need.values().length + heading);
  }

  @Test
  void recommendationsAsJsonRankAllAndSayWhy() throws Exception {
    List<Map<String, Object>> ranked = here.json("catalog", "--recommend", "zero-copy", "fast");
    assertThat(ranked).hasSize(Catalog.primitives().size() - 1);
    assertThat(ranked.getFirst()).containsEntry("no", 0).containsKeys("name", "yes", "partly");
    assertThat(ranked.getFirst())
        .extracting("needs")
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(2);
  }

  // ---- bad input

  @ParameterizedTest
  @CsvSource({
    "fifoo,                     1,  'called ''fifoo''; did you mean fifo?'",
    "zzzzzzzzzzzz,              1,  'parley catalog --patterns` list them'",
    "fifo --patterns,           1,  'no pattern called ''fifo'''",
    "--compare fifo flok,       1,  'no primitive called ''flok''; did you mean flock'",
    "--compare fifo barrier,    64, 'barrier is a pattern, and only primitives can be compared'",
    "--compare fifo,            64, 'requires at least 2 values'",
    "--recommend fst,           64, 'no need called ''fst''; did you mean fast?'",
    "--recommend xyzxyzxyz,     64, '`parley catalog --recommend` lists them'",
    "--recommend fast --patterns, 64, 'only one of --compare'",
    "--markdown --patterns,     64, 'only one of --compare'",
    "fifo --markdown,           64, 'one word too many: ''fifo'''",
    "fifo flock,                64, 'one word too many: ''flock'''",
    "--markdown --json,         64, '--markdown is no JSON'",
  })
  void badInputIsSaidInWords(String words, int code, String message) {
    catalog(words.split(" "));
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("parley: ").contains(message).doesNotContain("Exception");
  }

  @Test
  void aNameFromOutsideCannotPlayWithTheTerminal() {
    catalog("\u001b[31mfifo");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).doesNotContain("\u001b").contains("?[31mfifo");
  }

  // ---- the rest

  @Test
  void jsonHasAllOfEachEntry() throws Exception {
    List<Map<String, Object>> entries = here.json("catalog");
    assertThat(entries).hasSize(Catalog.primitives().size());
    Map<String, Object> fifo =
        entries.stream().filter(one -> "fifo".equals(one.get("name"))).findFirst().orElseThrow();
    assertThat(fifo)
        .containsEntry("kind", "primitive")
        .containsEntry("page", "docs/primitives/fifos.md")
        .containsKeys("aliases", "dimensions", "guarantees", "nonGuarantees", "securityNotes");
    assertThat(here.json("catalog", "fifo")).containsExactly(fifo);
    assertThat(here.json("catalog", "--patterns")).hasSize(Catalog.patterns().size());
    assertThat(here.json("catalog", "barrier"))
        .singleElement()
        .satisfies(one -> assertThat(one).containsEntry("kind", "pattern").containsKey("pitfalls"));
  }

  @Test
  void markdownIsTheCard() {
    catalog("--markdown");
    assertThat(result.out()).isEqualTo(QuickReference.markdown());
  }

  @Test
  void everyCommandThatIsNamedIsThere() {
    Stream<String> named =
        Stream.concat(
                Catalog.primitives().stream().map(Primitive::implementation),
                Catalog.patterns().stream().map(Pattern::implementation))
            .flatMap(implementation -> implementation.commands().stream());
    assertThat(named.toList())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("parley "))
        .map(line -> line.split(" ")[1])
        .allMatch(Commands.NAMES::contains);
  }

  private void catalog(String... words) {
    String[] line = new String[words.length + 1];
    line[0] = "catalog";
    System.arraycopy(words, 0, line, 1, words.length);
    result = here.run(line);
  }
}
