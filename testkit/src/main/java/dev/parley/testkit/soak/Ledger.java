package dev.parley.testkit.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Kernel;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/// What one process did, one line for each act, in a file that survives it:
///
/// ```text
/// NANOS intent LINE                      about to send; NANOS is the boot-time clock
/// NANOS sent LINE ID                     the send has returned
/// NANOS claim ID TOKEN LINE ATTEMPT      the claim has returned
/// NANOS acking ID TOKEN                  about to acknowledge
/// NANOS ack ID TOKEN                     the acknowledgement has returned
/// NANOS lost ID TOKEN                    it was refused, for the claim was lost
/// NANOS back ID TOKEN                    about to give the claim back
/// NANOS fault CALL ERRNO                 a system call is about to fail, as ordered
/// NANOS error TEXT                       an exception came
/// NANOS exit                             about to end
/// NANOS moving FILE FOLDER               a shell is about to move a message by hand
/// NANOS moved FILE FOLDER                it has
/// ```
///
/// Each line is one write(2) with O_APPEND, not buffered anywhere in the process, so a kill cuts
/// off whole acts, or the last line, which does not count then. Safe for use by several threads.
final class Ledger implements Closeable {
  private static final Kernel CLOCK = Kernel.linux();

  private final FileOutputStream file;

  Ledger(Path path) throws IOException {
    file = new FileOutputStream(path.toFile(), true);
  }

  void write(String act, Object... words) {
    StringBuilder line = new StringBuilder(120);
    line.append(CLOCK.boottimeNanos()).append(' ').append(act);
    for (Object word : words) line.append(' ').append(word);
    line.append('\n');
    try {
      file.write(line.toString().getBytes(UTF_8));
    } catch (IOException e) {
      // Nothing this process does from here on could be judged.
      System.out.println("cannot write the ledger: " + e);
      Runtime.getRuntime().halt(74);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
