package dev.parley.bench;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lock under comparison, taken and given back again and again by one thread of each process.
interface Turns extends AutoCloseable {
  String JDK = "java.nio FileLock";

  /// Those whose path is looked at after locking, as by default, and those on a file that stays,
  /// which is what the JDK's can do.
  List<String> PARLEYS =
      List.of("parley flock", "parley ofd", "parley flock, fixed file", "parley ofd, fixed file");

  void take() throws IOException, InterruptedException;

  void giveBack() throws IOException;

  @Override
  void close() throws IOException;

  /// The system of that name, on a file of its own in `place`.
  static Turns open(String system, Path place) throws IOException {
    Path file = place.resolve(system.replace(' ', '-'));
    return switch (system) {
      case "parley flock" -> new Parley(file, LockOptions.of(Kind.FLOCK));
      case "parley ofd" -> new Parley(file, LockOptions.of(Kind.OFD));
      case "parley flock, fixed file" -> new Parley(file, LockOptions.of(Kind.FLOCK).onFixedFile());
      case "parley ofd, fixed file" -> new Parley(file, LockOptions.of(Kind.OFD).onFixedFile());
      case JDK -> new Jdk(file);
      default -> throw new BenchFailedException("no lock is called " + system);
    };
  }

  /// Through the public API.
  final class Parley implements Turns {
    private final LockFile file;
    private @Nullable HeldLock held;

    Parley(Path path, LockOptions options) throws IOException {
      this.file = LockFile.open(Kernel.linux(), path, options);
    }

    @Override
    public void take() throws IOException, InterruptedException {
      held = file.acquire(LockKind.EXCLUSIVE);
    }

    @Override
    public void giveBack() throws IOException {
      if (held != null) held.close();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// Its channel stays open between turns, as it should in a program.
  final class Jdk implements Turns {
    private final FileChannel channel;
    private @Nullable FileLock held;

    Jdk(Path path) throws IOException {
      this.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public void take() throws IOException {
      held = channel.lock();
    }

    @Override
    public void giveBack() throws IOException {
      if (held != null) held.release();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
