package dev.parley.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.doctor.Assessment.Level;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private final Kernel kernel = Kernel.linux();
  @TempDir Path temp;

  @Test
  void everyGuaranteeIsExaminedAndHoldsOnALocalFilesystem() throws IOException {
    Diagnosis diagnosis = Doctor.examine(kernel, temp, 3);
    assertThat(diagnosis.findings())
        .extracting(Finding::guarantee)
        .containsExactly(Guarantee.values());
    assertThat(diagnosis.findings())
        .filteredOn(finding -> finding.guarantee() != Guarantee.SURVIVES_POWER_CUT)
        .allSatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.HOLDS));
    assertThat(diagnosis.assessments()).hasSize(Feature.values().length);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void whatAKilledExaminationLeftIsRemovedAndWhatARunningOneUsesIsNot() throws IOException {
    Path left = Files.createDirectories(temp.resolve(".parley-doctor-0123456789ab/RMDIR-7"));
    Files.createFile(left.resolve("1"));
    Path foreign = Files.createDirectory(temp.resolve("parley-doctor-notes"));
    try (Ward running = Ward.in(kernel, temp)) {
      assertThat(left.getParent()).doesNotExist();
      Ward.in(kernel, temp).close();
      assertThat(Path.of(running.dir().path())).isDirectory();
    }
    assertThat(foreign).isDirectory();
  }

  @Test
  void aTrialThatFailsIsNotMistakenForTheNext() throws IOException {
    try (Ward ward = Ward.in(kernel, temp);
        Workers workers = Workers.start(kernel, ward.dir().path(), 3)) {
      assertThatThrownBy(() -> workers.all(Trial.LOCK, LockTried.OFD, "missing"))
          .isInstanceOf(TrialFailedException.class);
      ward.dir().create("there").close();
      assertThat(workers.one(2, Trial.LOCK, LockTried.OFD, "there")).isEqualTo("held");
      assertThat(workers.one(1, Trial.LOCK, LockTried.OFD, "there")).isEqualTo("busy");
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> Doctor.examine(kernel, temp.resolve("none"), 2))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void aPrizeThatTwoGotOrNobodyIsUnfair() {
    BitSet first = BitSet.valueOf(new long[] {0b011});
    BitSet second = BitSet.valueOf(new long[] {0b001});
    assertThat(Race.LINK.isFair(List.of(first, second), 0)).isFalse();
    assertThat(Race.LINK.isFair(List.of(first, second), 1)).isTrue();
    assertThat(Race.LINK.isFair(List.of(first, second), 2)).isFalse();
  }

  @Test
  void aDirectoryThatWasBothFilledAndRemovedIsUnfair() {
    BitSet remover = BitSet.valueOf(new long[] {0b011});
    BitSet filler = BitSet.valueOf(new long[] {0b101});
    assertThat(Race.RMDIR.isFair(List.of(remover, filler), 0)).isFalse();
    assertThat(Race.RMDIR.isFair(List.of(remover, filler), 1)).isTrue();
    assertThat(Race.RMDIR.isFair(List.of(remover, filler), 2)).isTrue();
  }

  @Test
  void aRecordInsideAnotherIsSeen() {
    byte[] record = Appended.record(0, 1, new Random(1));
    assertThat(Appended.count(record)).isEqualTo(1);
    String text = new String(record, StandardCharsets.US_ASCII);
    String torn = text.substring(0, 20) + text + text.substring(20);
    assertThat(Appended.count(torn.getBytes(StandardCharsets.US_ASCII))).isEqualTo(-1);
    assertThat(Appended.count(Arrays.copyOf(record, record.length - 2))).isEqualTo(-1);
  }

  @Test
  void aFeatureIsRefusedWithoutWhatItNeedsAndDegradedWithoutTheRest() {
    Map<Guarantee, Finding> findings = new EnumMap<>(Guarantee.class);
    for (Guarantee each : Guarantee.values()) findings.put(each, Finding.holds(each, "seen"));
    assertThat(Assessment.of(Feature.QUEUES, findings).level()).isEqualTo(Level.FULL);
    findings.put(Guarantee.INOTIFY, Finding.broken(Guarantee.INOTIFY, "silent"));
    assertThat(Assessment.of(Feature.QUEUES, findings).level()).isEqualTo(Level.DEGRADED);
    findings.put(Guarantee.LOCAL, Finding.unknown(Guarantee.LOCAL, "who knows"));
    assertThat(Assessment.of(Feature.QUEUES, findings).reasons()).hasSize(2);
    findings.put(Guarantee.LINK_ONCE, Finding.broken(Guarantee.LINK_ONCE, "two winners"));
    assertThat(Assessment.of(Feature.QUEUES, findings).level()).isEqualTo(Level.REFUSED);
    assertThat(Assessment.of(Feature.ATTRIBUTES, findings).level()).isEqualTo(Level.DEGRADED);
    findings.put(Guarantee.XATTRS, Finding.broken(Guarantee.XATTRS, "EOPNOTSUPP"));
    assertThat(Assessment.of(Feature.ATTRIBUTES, findings).level()).isEqualTo(Level.REFUSED);
    assertThat(Assessment.of(Feature.ATOMIC_WRITES, findings).level()).isEqualTo(Level.FULL);
    for (Guarantee each : List.of(Guarantee.RENAME_EXCHANGES, Guarantee.UNNAMED_FILES)) {
      findings.put(each, Finding.broken(each, "EINVAL"));
    }
    assertThat(Assessment.of(Feature.ATOMIC_WRITES, findings).level()).isEqualTo(Level.DEGRADED);
    assertThat(Assessment.of(Feature.ATOMIC_WRITES, findings).reasons()).hasSize(2);
  }
}
