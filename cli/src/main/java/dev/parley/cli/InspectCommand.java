package dev.parley.cli;

import dev.parley.catalog.Primitive;
import dev.parley.inspect.Inspection;
import dev.parley.inspect.Rights;
import dev.parley.primitive.file.Accounts;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.Tie;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley inspect`.
@Command(
    name = "inspect",
    header = "Says what a name is, who may do what with it, what meets there, who is there.",
    description = {
      "Nothing is opened: no device, FIFO or automount notices. `you` is as the kernel decides;"
          + " for the others mode and ACL speak, and the first line that fits counts.",
      "--route shows the way, component by component, and what Parley would refuse."
    },
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:there is no such file",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Examples:", "  parley inspect /run/lock", "  parley inspect --route ~/spool/x"})
final class InspectCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PATH", description = "Which name.")
  String path;

  @Option(names = "--route", description = "Show the way to it.")
  boolean route;

  @Override
  public Integer call() throws Exception {
    if (path.isEmpty()) throw new ParameterException(spec.commandLine(), "'' is no path");
    Kernel kernel = Kernel.linux();
    try (Route way = Route.of(kernel, Path.of(path))) {
      Printer printer = new Printer(parley.shell());
      if (route) {
        showRoute(way, printer);
      } else {
        Optional<Inspection> found = Inspection.of(kernel, way);
        if (found.isPresent()) show(way, found.get(), printer);
      }
      way.refusal().ifPresent(reason -> parley.shell().say("Parley would not go there: " + reason));
      Optional<ErrnoException> failure = way.failure();
      if (failure.isEmpty()) return ExitCode.DONE;
      int code = Errors.report(failure.get(), parley.shell());
      boolean nothing = failure.get().is(Errno.ENOENT) || failure.get().is(Errno.ENOTDIR);
      return nothing ? ExitCode.NOTHING : code;
    }
  }

  // ---- the way

  private void showRoute(Route way, Printer printer) throws IOException {
    if (parley.json) {
      for (Route.Step step : way.steps()) printer.json(json(step));
      return;
    }
    Table table = new Table("PATH", "KIND", "OWNER", "GROUP", "MODE", "ENTER", "");
    for (Route.Step step : way.steps()) {
      FileStatus found = step.found();
      String remark = remark(step);
      if (found == null) {
        table.row(step.path(), "", "", "", "", "", remark);
      } else {
        table.row(
            step.path(),
            found.kind(),
            Accounts.userName(found.uid()),
            Accounts.groupName(found.gid()),
            mode(found),
            enterers(found),
            remark);
      }
    }
    printer.table(table);
  }

  private static String remark(Route.Step step) {
    List<String> remarks = new ArrayList<>();
    if (step.target() != null) remarks.add("-> " + step.target());
    if (step.target() == null && step.isMountPoint()) remarks.add("mount");
    if (step.refusal() != null) remarks.add("REFUSED");
    return String.join(", ", remarks);
  }

  /// Who may pass through a directory, by its mode.
  private static String enterers(FileStatus status) {
    if (!status.isDirectory()) return "";
    List<String> who = new ArrayList<>();
    int mode = status.permissions();
    if ((mode & 0111) == 0111) return "everybody";
    if ((mode & 0100) != 0) who.add("owner");
    if ((mode & 0010) != 0) who.add("group");
    if ((mode & 0001) != 0) who.add("others");
    return who.isEmpty() ? "root" : String.join(", ", who);
  }

  private static String mode(FileStatus status) {
    return "%04o".formatted(status.permissions());
  }

  private static Map<String, Object> json(Route.Step step) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("path", step.path());
    FileStatus found = step.found();
    if (found != null) {
      putStatus(object, found);
      object.put("mountPoint", step.target() == null && step.isMountPoint());
      object.put("enter", enterers(found));
    }
    if (step.target() != null) object.put("target", step.target());
    if (step.refusal() != null) object.put("refused", step.refusal());
    return object;
  }

  private static void putStatus(Map<String, Object> object, FileStatus status) throws IOException {
    object.putIfAbsent("kind", status.kind());
    object.put("owner", Accounts.userName(status.uid()));
    object.put("group", Accounts.groupName(status.gid()));
    object.put("mode", mode(status));
  }

  // ---- the end

  private void show(Route way, Inspection found, Printer printer) throws IOException {
    if (parley.json) {
      printer.json(json(way, found));
      return;
    }
    Map<String, String> lines = new LinkedHashMap<>();
    FileStatus status = found.status();
    lines.put("path", path);
    for (Route.Step step : way.steps()) {
      if (step.target() != null) lines.put("link " + step.path(), "-> " + step.target());
    }
    if (!found.path().equals(path)) lines.put("leads to", found.path());
    lines.put("is", what(found));
    lines.put("on", where(found));
    String owner = Accounts.userName(status.uid()) + ", group " + Accounts.groupName(status.gid());
    lines.put("owner", owner + ", mode " + mode(status));
    for (Rights.Right right : found.rights().rights()) {
      lines.put(right.who(), right.may().isEmpty() ? "nothing" : String.join(", ", right.may()));
    }
    found.renamers().ifPresent(who -> lines.put("its name", "may be changed by " + who));
    for (String note : found.rights().notes()) {
      int colon = note.indexOf(':');
      lines.put(note.substring(0, colon), note.substring(colon + 2));
    }
    if (!found.meets().isEmpty()) {
      lines.put(
          "meets",
          found.meets().stream().map(Primitive::name).collect(Collectors.joining(", "))
              + " (parley catalog NAME)");
    }
    lines.put("now", now(found));
    print(lines, printer);
    found.presence().unseen().forEach(reason -> parley.shell().say("not seen: " + reason));
  }

  private static String what(Inspection found) {
    FileStatus status = found.status();
    StringBuilder what = new StringBuilder(found.kind());
    if (status.isRegular()) what.append(", ").append(status.sizeBytes()).append(" bytes");
    if (status.isRegular() && status.links() > 1) {
      what.append(", ").append(status.links()).append(" names (hard links)");
    }
    if (found.deleted()) what.append(", deleted: it ends with the last who has it open");
    if (found.mountPoint()) what.append(", mount point");
    return what.toString();
  }

  private static String where(Inspection found) {
    StringBuilder where = new StringBuilder(found.filesystem().name());
    found.mount().ifPresent(mount -> where.append(", mounted at ").append(mount.path()));
    found.mount().flatMap(mount -> mount.option("ro")).ifPresent(_ -> where.append(", read-only"));
    if (found.filesystem().sharedBetweenHosts()) {
      where.append("; other hosts may use it: locks and events say nothing of them");
    } else {
      where.append("; this host only");
    }
    if (found.filesystem().inMemory()) where.append(", gone at reboot");
    return where.toString();
  }

  private static String now(Inspection found) {
    List<Tie> ties = found.presence().ties();
    if (ties.isEmpty()) {
      return found.presence().unseen().isEmpty() ? "nobody" : "nobody that you may see";
    }
    Map<String, Long> counts =
        ties.stream()
            .collect(Collectors.groupingBy(Tie::how, LinkedHashMap::new, Collectors.counting()));
    List<String> words = new ArrayList<>();
    counts.forEach((how, count) -> words.add(how + " " + count));
    return String.join(", ", words) + " (parley who)";
  }

  private static void print(Map<String, String> lines, Printer printer) throws IOException {
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    width = Math.min(width, 20);
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> line : lines.entrySet()) {
      String name = Printable.line(line.getKey());
      String padding = " ".repeat(Math.max(0, width - name.length()) + 2);
      text.append(name).append(padding).append(Printable.line(line.getValue())).append('\n');
    }
    printer.text(text.toString());
  }

  private Map<String, Object> json(Route way, Inspection found) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    FileStatus status = found.status();
    object.put("path", path);
    object.put("leadsTo", found.path());
    object.put("kind", found.kind());
    object.put("deleted", found.deleted());
    object.put("sizeBytes", status.sizeBytes());
    object.put("links", status.links());
    object.put("inode", status.inode());
    object.put("filesystem", found.filesystem().name());
    object.put("sharedBetweenHosts", found.filesystem().sharedBetweenHosts());
    object.put("inMemory", found.filesystem().inMemory());
    found.mount().ifPresent(mount -> object.put("mount", mount.path()));
    object.put("mountPoint", found.mountPoint());
    putStatus(object, status);
    Map<String, Object> rights = new LinkedHashMap<>();
    for (Rights.Right right : found.rights().rights()) rights.put(right.who(), right.may());
    object.put("rights", rights);
    object.put("notes", found.rights().notes());
    found.renamers().ifPresent(who -> object.put("renamers", who));
    object.put("meets", found.meets().stream().map(Primitive::name).toList());
    object.put(
        "ties", found.presence().ties().stream().map(tie -> Sighting.of(tie).json()).toList());
    object.put("unseen", found.presence().unseen());
    way.refusal().ifPresent(reason -> object.put("refused", reason));
    return object;
  }
}
