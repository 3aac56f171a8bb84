package dev.parley.cli;

import dev.parley.doctor.Assessment;
import dev.parley.doctor.Diagnosis;
import dev.parley.doctor.Doctor;
import dev.parley.doctor.Finding;
import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley doctor`.
@Command(
    name = "doctor",
    header = "Tests what a directory's mount guarantees, and says what works there.",
    description = {
      "Several processes try to break each guarantee that Parley needs: atomic names,"
          + " whole appends, locks, events. What they make is in a folder of its own"
          + " and removed afterwards."
    },
    exitCodeList = {
      "0:everything works fully",
      "1:something is degraded or refused there",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley doctor /srv/space"})
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = "Default: .")
  Path directory = Path.of(".");

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "How many try, 2 to 64; default: ${DEFAULT-VALUE}.")
  int processes = 4;

  @Override
  public Integer call() throws Exception {
    if (processes < 2 || processes > 64) {
      throw new ParameterException(spec.commandLine(), "--processes takes a number from 2 to 64");
    }
    Diagnosis diagnosis =
        Doctor.examine(Kernel.linux(), directory.toAbsolutePath().normalize(), processes);
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      printJson(diagnosis, printer);
    } else {
      printTables(diagnosis, printer);
    }
    return diagnosis.isHealthy() ? ExitCode.DONE : ExitCode.NOTHING;
  }

  private static void printTables(Diagnosis diagnosis, Printer printer) throws IOException {
    FilesystemStatus space = diagnosis.space();
    printer.line(Printable.line(diagnosis.path() + ": " + diagnosis.filesystem().name()));
    printer.line(
        "free: "
            + Sizes.format(space.availableBlocks() * space.blockSizeBytes())
            + (space.totalInodes() == 0 ? "" : ", " + space.freeInodes() + " inodes"));
    printer.line("");
    Table guarantees = new Table("GUARANTEE", "VERDICT", "EVIDENCE");
    for (Finding finding : diagnosis.findings()) {
      guarantees.row(finding.guarantee().label(), lower(finding.verdict()), finding.evidence());
    }
    printer.table(guarantees);
    printer.line("");
    Table features = new Table("FEATURE", "HERE", "BECAUSE");
    for (Assessment assessment : diagnosis.assessments()) {
      features.row(
          assessment.feature().label(),
          lower(assessment.level()),
          String.join("; ", assessment.reasons()));
    }
    printer.table(features);
  }

  private static void printJson(Diagnosis diagnosis, Printer printer) throws IOException {
    FilesystemStatus space = diagnosis.space();
    Map<String, Object> mount = object("mount", diagnosis.path());
    mount.put("filesystem", diagnosis.filesystem().name());
    mount.put("freeBytes", space.availableBlocks() * space.blockSizeBytes());
    mount.put("freeInodes", space.freeInodes());
    mount.put("maxNameBytes", space.maxNameBytes());
    printer.json(mount);
    for (Finding finding : diagnosis.findings()) {
      Map<String, Object> line = object("guarantee", finding.guarantee().label());
      line.put("meaning", finding.guarantee().meaning());
      line.put("verdict", lower(finding.verdict()));
      line.put("evidence", finding.evidence());
      printer.json(line);
    }
    for (Assessment assessment : diagnosis.assessments()) {
      Map<String, Object> line = object("feature", assessment.feature().label());
      line.put("level", lower(assessment.level()));
      line.put("reasons", assessment.reasons());
      printer.json(line);
    }
  }

  private static Map<String, Object> object(String kind, String name) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", kind);
    object.put("name", name);
    return object;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
