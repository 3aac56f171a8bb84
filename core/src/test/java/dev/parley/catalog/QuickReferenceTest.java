package dev.parley.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The card in the documentation is what the data says, and what the data names is there.
class QuickReferenceTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void thePageIsWhatTheDataSays() throws IOException {
    assertThat(Files.readString(DOCS.resolve("catalog.md")))
        .as("rewrite it: ./parley catalog --markdown >card && mv card docs/catalog.md")
        .isEqualTo(QuickReference.markdown());
  }

  @Test
  void everyLinkLeadsToAHeading() {
    String page = QuickReference.markdown();
    List<String> headings =
        page.lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
            .toList();
    assertThat(headings).doesNotHaveDuplicates();
    assertThat(
            Pattern.compile("\\(#([^)]+)\\)").matcher(page).results().map(match -> match.group(1)))
        .isNotEmpty()
        .allMatch(headings::contains);
  }

  @Test
  void noTableIsBrokenByACell() {
    int columns = 0;
    for (String line : QuickReference.markdown().lines().toList()) {
      int cells = line.startsWith("|") ? line.split("\\|", -1).length : 0;
      if (columns > 0 && cells > 0) assertThat(cells).as(line).isEqualTo(columns);
      columns = cells;
    }
  }

  @Test
  void everyPageThatIsNamedIsThere() {
    Set<String> missing =
        Catalog.primitives().stream()
            .flatMap(one -> one.page().stream())
            .filter(page -> !Files.isRegularFile(DOCS.resolve("primitives").resolve(page)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(missing).isEmpty();
  }

  @Test
  void whatIsNoFileHasNoPageAndAllElseHasOne() {
    assertThat(Catalog.primitives())
        .allMatch(one -> one.page().isEmpty() == (one.family() == Family.NOT_FILES));
  }

  @Test
  void everyClassThatIsNamedIsThereAndCanBeUsed() throws ClassNotFoundException {
    assertThat(classes()).isNotEmpty();
    for (String name : classes().toList()) {
      Class<?> type = Class.forName(name, false, QuickReferenceTest.class.getClassLoader());
      assertThat(Modifier.isPublic(type.getModifiers())).as(name).isTrue();
      assertThat(type.getModule().isExported(type.getPackageName())).as(name).isTrue();
    }
  }

  private static Stream<String> classes() {
    return Stream.concat(
        Catalog.primitives().stream().flatMap(one -> one.implementation().classes().stream()),
        Catalog.patterns().stream().flatMap(one -> one.implementation().classes().stream()));
  }
}
