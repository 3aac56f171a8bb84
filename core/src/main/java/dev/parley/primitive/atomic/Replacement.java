package dev.parley.primitive.atomic;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.UnnamedFile;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// New content that is on its way: written to a file without a name, and put in place by [#commit].
/// Closed without that, it has never been.
///
/// ```java
/// try (Replacement replacement = file.replace()) {
///   in.transferTo(replacement);
///   replacement.commit();
/// }
/// ```
///
/// The lock is taken by the commit only: a slow source keeps nobody waiting. For one thread at a
/// time.
public final class Replacement extends OutputStream {
  private final AtomicFile file;
  private final UnnamedFile content;
  private final Kernel kernel;
  private final @Nullable MessageDigest digest;
  private boolean committed;

  Replacement(AtomicFile file, UnnamedFile content, Kernel kernel, boolean checksum) {
    this.file = file;
    this.content = content;
    this.kernel = kernel;
    this.digest = checksum ? Checksum.digest() : null;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (committed) throw new IllegalStateException("it was put in place already");
    writeAll(bytes, offset, length);
    if (digest != null) digest.update(bytes, offset, length);
  }

  private void writeAll(byte[] bytes, int offset, int length) throws IOException {
    int written = 0;
    while (written < length) {
      written += kernel.write(content.fd(), bytes, offset + written, length - written);
    }
  }

  /// Puts what was written in the file's place.
  ///
  /// @throws FileBusyException if somebody else was at it for longer than the options wait; it can
  ///   be tried again
  /// @throws OutcomeUnknownException if it is in place, and could not be synced
  public void commit() throws IOException, InterruptedException {
    commit(false);
  }

  /// The same, unless there is a file.
  ///
  /// @return false if there is one
  public boolean commitIfAbsent() throws IOException, InterruptedException {
    return commit(true);
  }

  private boolean commit(boolean onlyIfAbsent) throws IOException, InterruptedException {
    if (!committed && digest != null) writeAll(Checksum.mark(digest), 0, Checksum.BYTES);
    committed = true;
    return file.install(content, onlyIfAbsent);
  }

  @Override
  public void close() {
    content.close();
  }
}
