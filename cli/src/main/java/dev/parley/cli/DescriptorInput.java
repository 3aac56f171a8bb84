package dev.parley.cli;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.InputStream;

/// Reads a descriptor, and closes it.
final class DescriptorInput extends InputStream {
  private final Kernel kernel;
  private final Fd fd;

  DescriptorInput(Kernel kernel, Fd fd) {
    this.kernel = kernel;
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) return 0;
    int count = kernel.read(fd, into, offset, length);
    return count == 0 ? -1 : count;
  }

  @Override
  public void close() {
    fd.close();
  }
}
