package dev.parley.doctor;

import dev.parley.primitive.file.Filesystem;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tests on a directory's mount what Parley takes on trust, with several real processes, and says
/// which parts of Parley are full, degraded or refused there.
///
/// Guarantees: everything it makes is in a folder of its own, which it removes; what a killed one
/// left is removed by the next. Not promised: a guarantee that held in an examination may still
/// break under a load that was not tried; one that broke is broken. What only a power cut or
/// another host could show is told from what is known of the filesystem, and the evidence says so.
/// Takes about two seconds. Source: book 0.5.
public final class Doctor {
  private static final Set<Errno> TROUBLES =
      Set.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.EINTR);

  private final Map<Guarantee, Finding> findings = new EnumMap<>(Guarantee.class);

  private Doctor() {}

  /// @param processes how many take part, 2 at least
  /// @throws ErrnoException ENOENT: no such directory; EACCES, EROFS: nothing can be made in it
  public static Diagnosis examine(Kernel kernel, Path directory, int processes) throws IOException {
    if (processes < 2) throw new IllegalArgumentException("contention takes two processes");
    try (Ward ward = Ward.in(kernel, directory);
        Workers workers = Workers.start(kernel, ward.dir().path(), processes)) {
      Doctor doctor = new Doctor();
      Filesystem filesystem = Filesystem.of(ward.parent());
      new FilesystemExaminations(ward, filesystem).run(doctor);
      new NameExaminations(ward, workers).run(doctor);
      new ChannelExaminations(ward, workers, filesystem).run(doctor);
      new LockExaminations(ward, workers).run(doctor);
      List<Assessment> assessments =
          Arrays.stream(Feature.values())
              .map(feature -> Assessment.of(feature, doctor.findings))
              .toList();
      return new Diagnosis(
          ward.parent().path(),
          filesystem,
          kernel.filesystem(ward.parent().fd()),
          new ArrayList<>(doctor.findings.values()),
          assessments);
    }
  }

  /// One examination, which says what it found or fails.
  interface Examination {
    Finding examine() throws IOException;
  }

  /// Does one examination. What the kernel refuses counts as broken, and a machine in trouble as
  /// unknown.
  void examine(Guarantee guarantee, Examination examination) throws IOException {
    Finding finding;
    try {
      finding = examination.examine();
    } catch (ErrnoException e) {
      finding =
          TROUBLES.contains(e.errno())
              ? Finding.unknown(guarantee, reason(e))
              : Finding.broken(guarantee, reason(e));
    } catch (TrialFailedException e) {
      finding = Finding.broken(guarantee, reason(e));
    }
    findings.put(guarantee, finding);
  }

  private static String reason(IOException e) {
    return String.valueOf(e.getMessage());
  }
}
