package dev.parley.cli;

import dev.parley.PayloadTooLargeException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to send: files or standard input, whole or cut into records.
///
/// @param files `-` is standard input, and so is none
/// @param separator what ends a record; null takes each file whole
record Payloads(List<String> files, @Nullable Separator separator) {
  static final String STDIN = "-";

  /// Takes some, in their order.
  interface Batches {
    void take(List<byte[]> payloads) throws IOException, InterruptedException;
  }

  /// Reads everything, handing over what has arrived as soon as it has.
  ///
  /// @throws PayloadTooLargeException if one is over `mostBytes`
  void forEach(Shell shell, long mostBytes, Batches to) throws IOException, InterruptedException {
    for (String file : files.isEmpty() ? List.of(STDIN) : files) {
      try (InputStream in = open(file, shell)) {
        if (separator == null) {
          to.take(List.of(whole(in, file, mostBytes)));
        } else {
          RecordReader reader = new RecordReader(in, separator.end(), mostBytes);
          List<byte[]> batch = reader.next();
          while (!batch.isEmpty()) {
            to.take(batch);
            batch = reader.next();
          }
        }
      }
    }
  }

  private static InputStream open(String file, Shell shell) throws IOException {
    if (file.equals(STDIN)) return new Stdin(shell.in());
    Kernel kernel = Kernel.linux();
    return new DescriptorInput(kernel, kernel.openAt(Fd.CWD, file, Open.READ_ONLY, 0));
  }

  /// Says what could not be read.
  private static final class Stdin extends FilterInputStream {
    Stdin(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        throw new IOException("reading standard input: " + e.getMessage(), e);
      }
    }
  }

  private static byte[] whole(InputStream in, String file, long mostBytes) throws IOException {
    byte[] bytes = in.readNBytes((int) Math.min(mostBytes + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > mostBytes) {
      String what = file.equals(STDIN) ? "standard input" : file;
      throw new PayloadTooLargeException(what + " is longer than " + mostBytes + " bytes");
    }
    return bytes;
  }
}
