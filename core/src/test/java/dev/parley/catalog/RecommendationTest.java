package dev.parley.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.catalog.Recommendation.Ranked;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecommendationTest {
  private static final List<Need> CONTRADICTORY = List.of(Need.OTHER_HOST, Need.FD_PASSING);

  @ParameterizedTest
  @CsvSource({
    "FD_PASSING ORDERED, stream-socket",
    "MUTUAL_EXCLUSION, flock",
    "MUTUAL_EXCLUSION FAST, shared-memory-lock",
    "MUTUAL_EXCLUSION OTHER_HOST, lease",
    "MUTUAL_EXCLUSION OTHER_HOST SHELL_FRIENDLY, git-lockfile",
    "MUTUAL_EXCLUSION RELEASED_ON_DEATH, flock",
    "READ_LOCK, flock",
    "MANY_WRITERS OTHER_HOST MESSAGES, directory-queue",
    "REDELIVERY WORK_SHARING SURVIVES_REBOOT, directory-queue",
    "PRIORITIES PERSISTENT, directory-queue",
    "TAMPER_PROOF ZERO_COPY, sealed-memfd",
    "TWO_WAY AUTHENTICATED_PEER SHELL_FRIENDLY, stream-socket",
    "ACROSS_CONTAINERS FD_PASSING, stream-socket",
    "SHARED_STATE FAST, mapped-file",
    "REPLAY SHELL_FRIENDLY, append-log",
    "BROADCAST ORDERED SURVIVES_REBOOT, append-log",
    "FAST MESSAGES WORK_SHARING, shared-memory-queue",
    "PRIVATE TAMPER_PROOF LARGE_MESSAGES, sealed-memfd",
    "REDELIVERY PRIORITIES SHELL_FRIENDLY, directory-queue",
    "MESSAGES TWO_WAY AUTHENTICATED_PEER NO_POLLING, datagram-socket",
    "NOTIFICATION UNRELATED_PROCESSES ORDERED, inotify",
    "SWITCH_OVER OTHER_HOST, atomic-write",
    "WHO_HOLDS SELECTABLE, proc-files",
  })
  void whatPeopleAskForIsAnswered(String needs, String expected) {
    assertThat(names(ask(needs.split(" ")).fitting())).startsWith(expected);
  }

  @ParameterizedTest
  @EnumSource(Need.class)
  void everyNeedIsMetByOneAndNotByAll(Need need) {
    List<Fit> fits = Catalog.primitives().stream().map(one -> need.judge(one).fit()).toList();
    assertThat(fits).contains(Fit.YES);
    assertThat(fits).anyMatch(fit -> fit != Fit.YES);
    assertThat(need.meaning()).isNotBlank();
    assertThat(Need.of(need.word())).contains(need);
  }

  @Test
  void thoseThatFitInPartComeAfterThoseThatFit() {
    List<Ranked> ranked = ask("ZERO_COPY").ranked();
    List<Fit> fits = ranked.stream().map(one -> one.verdicts().getFirst().fit()).toList();
    assertThat(fits).isSorted().contains(Fit.YES, Fit.PARTLY, Fit.NO);
    assertThat(fit("ZERO_COPY", "fifo")).isEqualTo(Fit.PARTLY);
  }

  @Test
  void whatSpoilsOrMarsCounts() {
    assertThat(fit("CRASH_SAFE", "directory-queue")).isEqualTo(Fit.YES);
    assertThat(fit("CRASH_SAFE", "flock")).isEqualTo(Fit.YES);
    assertThat(fit("CRASH_SAFE", "append-log")).isEqualTo(Fit.PARTLY);
    assertThat(fit("CRASH_SAFE", "dotlock")).isEqualTo(Fit.PARTLY);
    assertThat(fit("CRASH_SAFE", "mapped-file")).isEqualTo(Fit.NO);
    assertThat(fit("CRASH_SAFE", "shared-memory-lock")).isEqualTo(Fit.NO);
    assertThat(fit("RELEASED_ON_DEATH", "pid-file")).isEqualTo(Fit.PARTLY);
    assertThat(fit("RELEASED_ON_DEATH", "dotlock")).isEqualTo(Fit.NO);
    assertThat(fit("OTHER_HOST", "flock")).isEqualTo(Fit.PARTLY);
    assertThat(fit("TAMPER_PROOF", "fifo")).isEqualTo(Fit.PARTLY);
    assertThat(fit("TAMPER_PROOF", "stream-socket")).isEqualTo(Fit.PARTLY);
    assertThat(fit("PERSISTENT", "posix-queue")).isEqualTo(Fit.PARTLY);
    assertThat(fit("ACROSS_CONTAINERS", "abstract-socket")).isEqualTo(Fit.PARTLY);
    assertThat(fit("ACROSS_CONTAINERS", "sysv-queue")).isEqualTo(Fit.PARTLY);
    assertThat(fit("ACROSS_CONTAINERS", "fifo")).isEqualTo(Fit.YES);
  }

  @Test
  void eachVerdictSaysWhichWordsDecide() {
    Primitive socket = Catalog.primitive("stream-socket").orElseThrow();
    Need.Verdict passing = Need.FD_PASSING.judge(socket);
    assertThat(passing.why()).isEqualTo("handover: passes open descriptors");
    Need.Verdict lasting = Need.PERSISTENT.judge(socket);
    assertThat(lasting.fit()).isEqualTo(Fit.NO);
    assertThat(lasting.why()).startsWith("ephemeral: gone with the last process").contains("file");
  }

  @Test
  void contradictoryNeedsAreNamedAndTheNearestShown() {
    Recommendation answer = Recommendation.of(CONTRADICTORY);
    assertThat(answer.fitting()).isEmpty();
    assertThat(answer.conflicts()).containsExactly(CONTRADICTORY);
    assertThat(answer.nearest())
        .allMatch(one -> one.missed().size() == 1)
        .anyMatch(one -> one.missed().equals(List.of(Need.OTHER_HOST)))
        .anyMatch(one -> one.missed().equals(List.of(Need.FD_PASSING)));
    assertThat(answer.nearest().stream().map(Ranked::missed).distinct()).hasSize(2);
    assertThat(answer.nearest()).hasSize(4);
  }

  @Test
  void onlyTheSmallestGroupsOfContradictoryNeedsAreNamed() {
    Recommendation answer = ask("ORDERED", "OTHER_HOST", "MANY_WRITERS", "FD_PASSING");
    assertThat(answer.conflicts()).containsExactly(CONTRADICTORY);
  }

  @Test
  void threeNeedsCanContradictWithoutTwoOfThemDoing() {
    Recommendation answer = ask("FAST", "MESSAGES", "SHELL_FRIENDLY", "AUTHENTICATED_PEER");
    assertThat(answer.conflicts()).isEmpty();
    Recommendation three = ask("REPLAY", "MESSAGES", "REDELIVERY");
    assertThat(three.conflicts()).containsExactly(List.of(Need.REPLAY, Need.REDELIVERY));
    Recommendation all = Recommendation.of(Arrays.asList(Need.values()));
    assertThat(all.conflicts()).isNotEmpty().allMatch(group -> group.size() == 2);
    assertThat(all.nearest()).isNotEmpty();
  }

  @Test
  void needsCountOnceAndNoneIsRefused() {
    assertThat(ask("FAST", "FAST").needs()).containsExactly(Need.FAST);
    assertThatThrownBy(() -> Recommendation.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void amongTheNearestThoseOfTheRightKindComeFirst() {
    Recommendation answer = ask("MESSAGES", "WINDOWS", "PRIORITIES", "TWO_WAY");
    assertThat(answer.fitting()).isEmpty();
    assertThat(answer.nearest().getFirst().primitive().is(Dimension.ROLE, Role.MESSAGES)).isTrue();
  }

  @Test
  void whatParleyRefusesIsNeverRecommended() {
    assertThat(names(ask("MUTUAL_EXCLUSION").ranked()))
        .doesNotContain("mandatory-lock")
        .hasSize(Catalog.primitives().size() - 1);
  }

  @Test
  void aNeedIsFoundHoweverItIsWrittenAndANearMissSuggestsIt() {
    assertThat(Need.of("Survives_Reboot")).contains(Need.SURVIVES_REBOOT);
    assertThat(Need.of("quick")).isEmpty();
    assertThat(Need.nearest("survive-reboot")).startsWith("survives-reboot");
    assertThat(Need.nearest("zerocopy")).contains("zero-copy");
    assertThat(Need.nearest("xxxxxxxxxxxxxxxx")).isEmpty();
  }

  private static Recommendation ask(String... needs) {
    return Recommendation.of(Arrays.stream(needs).map(Need::valueOf).toList());
  }

  private static Fit fit(String need, String primitive) {
    return Need.valueOf(need).judge(Catalog.primitive(primitive).orElseThrow()).fit();
  }

  private static List<String> names(List<Ranked> ranked) {
    return ranked.stream().map(one -> one.primitive().name()).toList();
  }
}
