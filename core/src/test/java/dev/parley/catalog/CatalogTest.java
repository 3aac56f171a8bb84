package dev.parley.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The data is complete and agrees with itself.
class CatalogTest {
  static final List<Primitive> PRIMITIVES = Catalog.primitives();
  static final List<Pattern> PATTERNS = Catalog.patterns();
  static final List<Dimension<?>> DIMENSIONS = Dimension.ALL;

  private static final String NAME = "[a-z0-9]+(-[a-z0-9]+)*";

  @Test
  void everyPrimitiveOfTheBookIsThere() {
    assertThat(PRIMITIVES.stream().map(Primitive::name))
        .containsExactly(
            "file-queue",
            "append-log",
            "atomic-write",
            "flock",
            "ofd-lock",
            "posix-lock",
            "lease",
            "pid-file",
            "dotlock",
            "git-lockfile",
            "shared-memory-lock",
            "mandatory-lock",
            "directory-queue",
            "directory-set",
            "symlink",
            "fifo",
            "anonymous-pipe",
            "stream-socket",
            "datagram-socket",
            "seqpacket-socket",
            "abstract-socket",
            "descriptor-passing",
            "mapped-file",
            "sealed-memfd",
            "shared-memory-queue",
            "extended-attributes",
            "inotify",
            "proc-files",
            "sysv-queue",
            "sysv-semaphore",
            "sysv-shared-memory",
            "posix-queue",
            "posix-semaphore",
            "eventfd",
            "futex",
            "signals");
  }

  @Test
  void everyPatternOfChapterSevenIsThere() {
    assertThat(PATTERNS.stream().map(Pattern::name))
        .contains(
            "atomic-rename",
            "lock-free-queue",
            "publish-subscribe",
            "leader-election",
            "event-bus",
            "state-machine");
  }

  @Test
  void noNameMeansTwoThings() {
    List<String> names = new ArrayList<>();
    for (Primitive one : PRIMITIVES) {
      names.add(one.name());
      names.addAll(one.aliases());
    }
    for (Pattern one : PATTERNS) names.add(one.name());
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches(NAME));
  }

  @ParameterizedTest
  @FieldSource("PRIMITIVES")
  void aPrimitiveHasAllThereIsToSay(Primitive one) {
    assertThat(one.traits().stream().map(Trait::dimension)).isEqualTo(Dimension.ALL);
    for (Trait<?> trait : one.traits()) {
      assertThat(trait.terms()).isNotEmpty();
      assertThat(trait.detail()).doesNotEndWith(".").isEqualTo(trait.detail().strip());
    }
    assertThat(one.useCases()).isNotEmpty().doesNotHaveDuplicates();
    assertSentences(one.guarantees());
    assertSentences(one.nonGuarantees());
    Security security = one.security();
    assertSentences(
        List.of(
            one.summary(),
            security.permissions(),
            security.races(),
            security.denialOfService(),
            security.leaks()));
    assertThat(one.sources()).isNotEmpty().anyMatch(source -> source.startsWith("book "));
    assertThat(one.sources()).allMatch(source -> source.matches("(man [1-8] [a-z_]+.*|book .*)"));
  }

  private static List<Term> terms(Trait<?> trait) {
    return List.copyOf(trait.terms());
  }

  private static void assertSentences(List<String> sentences) {
    assertThat(sentences).isNotEmpty().doesNotHaveDuplicates();
    assertThat(sentences).allMatch(s -> s.matches("[^\\s].*\\.") && !s.contains("  "));
  }

  @ParameterizedTest
  @FieldSource("PRIMITIVES")
  void wordsThatExcludeEachOtherAreNotSaidTogether(Primitive one) {
    boolean carries = !one.is(Dimension.DIRECTION, Direction.NONE);
    assertThat(one.trait(Dimension.DIRECTION).terms()).matches(all -> carries || all.size() == 1);
    assertThat(one.is(Dimension.MESSAGE_SIZE, MessageSize.NONE)).isEqualTo(!carries);
    assertThat(one.is(Dimension.TRANSFER, Transfer.NONE)).isEqualTo(!carries);
    assertThat(one.trait(Dimension.ORDERING).terms())
        .matches(all -> !all.contains(Ordering.UNORDERED) || all.size() == 1);
    assertThat(one.is(Dimension.ROLE, Role.SHARED_EXCLUSION))
        .matches(shared -> !shared || one.is(Dimension.ROLE, Role.EXCLUSION));
    assertThat(one.trait(Dimension.RECEIVERS).terms()).hasSize(1);
    assertThat(one.is(Dimension.SECURITY, Protection.EXPOSED))
        .isEqualTo(one.is(Dimension.PERMISSIONS, Permission.NONE));
    assertThat(one.is(Dimension.SECURITY, Protection.UNREACHABLE))
        .isEqualTo(one.trait(Dimension.RENDEZVOUS).terms().equals(Set.of(Rendezvous.DESCRIPTOR)));
    if (one.is(Dimension.MESSAGE_SIZE, MessageSize.DISK)) {
      assertThat(one.largestMessageBytes()).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("PATTERNS")
  void aPatternHasAllThereIsToSay(Pattern one) {
    assertSentences(List.of(one.summary()));
    assertSentences(one.guarantees());
    assertSentences(one.nonGuarantees());
    assertSentences(one.pitfalls());
    assertThat(one.useCases()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(one.primitives()).isNotEmpty().doesNotHaveDuplicates();
    for (String name : one.primitives()) {
      assertThat(PRIMITIVES.stream().map(Primitive::name)).contains(name);
    }
    assertThat(one.sources()).isNotEmpty();
  }

  @ParameterizedTest
  @FieldSource("DIMENSIONS")
  void everyWordIsUsedAndHasAMeaning(Dimension<?> dimension) {
    assertThat(dimension.terms().stream().map(Term::meaning)).doesNotHaveDuplicates();
    List<Term> used =
        PRIMITIVES.stream()
            .flatMap(one -> one.traits().stream())
            .filter(trait -> trait.dimension() == dimension)
            .flatMap(trait -> terms(trait).stream())
            .distinct()
            .toList();
    assertThat(used).containsExactlyInAnyOrderElementsOf(terms(dimension));
  }

  private static List<Term> terms(Dimension<?> dimension) {
    return List.copyOf(dimension.terms());
  }

  @Test
  void whatParleyHasIsSaidForAllButWhatItLeavesToOthers() {
    Stream<String> withoutImplementation =
        PRIMITIVES.stream().filter(one -> !one.implementation().exists()).map(Primitive::name);
    assertThat(withoutImplementation)
        .containsExactly(
            "mandatory-lock",
            "symlink",
            "anonymous-pipe",
            "sysv-queue",
            "sysv-semaphore",
            "sysv-shared-memory",
            "posix-queue",
            "posix-semaphore",
            "eventfd",
            "futex",
            "signals");
    assertThat(PRIMITIVES.stream().filter(Primitive::refused).map(Primitive::name))
        .containsExactly("mandatory-lock");
  }

  @ParameterizedTest
  @CsvSource({"fifo,fifo", "Named_Pipe,fifo", "named pipe,fifo", "XATTR,extended-attributes"})
  void aNameOrAliasFindsItHoweverItIsWritten(String written, String name) {
    assertThat(Catalog.primitive(written).map(Primitive::name)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "fif", "fifoo", "atomic-rename", "\u0000"})
  void whatIsNoNameFindsNoPrimitive(String written) {
    assertThat(Catalog.primitive(written)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "fifoo,fifo",
    "flok,flock",
    "memdf,memfd",
    "posix,posix-lock",
    "sockets,stream-socket"
  })
  void aNearMissSuggestsTheName(String written, String name) {
    assertThat(Catalog.nearestPrimitives(written)).contains(name).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void nonsenseSuggestsNothing() {
    assertThat(Catalog.nearestPrimitives("zzzzzzzzzzzz")).isEmpty();
    assertThat(Catalog.nearestPrimitives("")).isEmpty();
    assertThat(Catalog.nearestPatterns("barier")).containsExactly("barrier");
  }

  @Test
  void patternsAreFoundByWhatTheyAreMadeOf() {
    Primitive inotify = Catalog.primitive("inotify").orElseThrow();
    assertThat(Catalog.patternsOf(inotify).stream().map(Pattern::name))
        .contains("rename-and-watch", "lock-free-queue")
        .doesNotContain("atomic-rename");
  }

  @Test
  void anEntryWithSomethingMissingIsRefused() {
    Entry entry = Entry.of(Family.FILES, "half", "Half", "Not all is said.");
    assertThatThrownBy(() -> entry.from("book 1")).hasMessage("half has no role");
    assertThatThrownBy(() -> entry.but("nothing")).hasMessageContaining("but what?");
    assertThatThrownBy(() -> new Implementation(List.of(), List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
