package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
import dev.parley.pattern.member.Findings;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import java.io.IOException;

/// Looks through one log queue's folder: settings, every record, every message.
public final class LogCheck {
  private final Findings findings;
  private final Dir parent;
  private final String name;

  public LogCheck(Findings findings, Dir parent, String name) {
    this.findings = findings;
    this.parent = parent;
    this.name = name;
  }

  public void run() throws IOException {
    try (QueueFolder folder = QueueFolder.tryOpen(parent, name)) {
      if (folder == null) return;
      Dir root = folder.root();
      findings.reportLeftovers(root);
      for (String file : root.names()) {
        if (file.startsWith(FileLog.CUT)) {
          findings.report(
              root.pathOf(file),
              "a part that was no whole record was cut off the log",
              "nothing; look at it, and remove it");
        }
      }
      checkLog(folder);
    }
  }

  private void checkLog(QueueFolder folder) throws IOException {
    Dir root = folder.root();
    LogState state = new LogState();
    try (Log log = LogQueues.openLog(folder, false)) {
      log.readOn(
          (text, at, length) -> state.apply(Step.decode(text, root.path()), at, length), false);
      for (Log.Stretch stretch : log.damaged()) {
        findings.report(
            root.pathOf(FileLog.FILE),
            "from byte " + stretch.from() + " to " + stretch.to() + " it is no record",
            "nothing; it is passed over, and kept aside when the log is made smaller");
      }
      for (Entry entry : state.all()) {
        byte[] bytes = log.bytes(entry.at, entry.length);
        try {
          MessageFile.parse(bytes, bytes.length, () -> "message " + entry.name.id());
        } catch (BadFormatException e) {
          if (entry.place == Place.DEAD) continue;
          findings.report(
              root.path(),
              String.valueOf(e.getMessage()),
              "nothing; whoever claims it moves it to the dead letters");
        }
      }
    }
  }
}
