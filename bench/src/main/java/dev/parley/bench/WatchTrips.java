package dev.parley.bench;

import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.FileWatch;
import dev.parley.primitive.watch.WatchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// A file is made, and told of: by Parley's watch, or the JDK's.
final class WatchTrips {
  private WatchTrips() {}

  /// A watch of one directory.
  private interface Listening {
    /// Waits, and puts the names that came into `into`.
    ///
    /// @return false if some were lost
    boolean listen(Set<String> into) throws IOException, InterruptedException;

    void close() throws IOException;
  }

  static Trip trip(Path directory) throws IOException {
    WatchOptions options = WatchOptions.defaults().withKinds(Set.of(Change.Kind.APPEARED));
    FileWatch watch = FileWatch.open(List.of(directory), options);
    return new Making(
        directory,
        new Listening() {
          @Override
          public boolean listen(Set<String> into) throws IOException, InterruptedException {
            for (Change change : watch.await()) {
              into.add(change.path().substring(change.path().lastIndexOf('/') + 1));
            }
            return true; // after it has missed some, it tells of them all the same
          }

          @Override
          public void close() {
            watch.close();
          }
        });
  }

  static Trip nioTrip(Path directory) throws IOException {
    WatchService service = directory.getFileSystem().newWatchService();
    directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
    return new Making(
        directory,
        new Listening() {
          @Override
          public boolean listen(Set<String> into) throws InterruptedException {
            boolean whole = true;
            WatchKey key = service.take();
            for (WatchEvent<?> event : key.pollEvents()) {
              if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) whole = false;
              else into.add(String.valueOf(event.context()));
            }
            key.reset();
            return whole;
          }

          @Override
          public void close() throws IOException {
            service.close();
          }
        });
  }

  private static final class Making implements Trip {
    private final Path directory;
    private final Listening listening;
    private final String prefix = UUID.randomUUID().toString();
    private long made;

    Making(Path directory, Listening listening) {
      this.directory = directory;
      this.listening = listening;
    }

    @Override
    public void make() throws IOException, InterruptedException {
      makeMany(1);
    }

    @Override
    public int makeMany(int count) throws IOException, InterruptedException {
      Set<String> names = new HashSet<>();
      for (int i = 0; i < count; i++) {
        String name = prefix + made++;
        names.add(name);
        Files.createFile(directory.resolve(name));
      }
      Set<String> told = new HashSet<>();
      boolean whole = true;
      while (whole && told.size() < count) whole = listening.listen(told);
      for (String name : names) Files.delete(directory.resolve(name));
      told.retainAll(names);
      return told.size();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
