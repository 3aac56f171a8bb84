package dev.parley.bench;

import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.SendOutcome;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;

/// Two FIFOs, one there and one back: with Parley's messages, or the JDK's file channels.
final class FifoTrips {
  private static final Duration LONG = Duration.ofDays(1);
  private static final int MODE = 0600;

  private FifoTrips() {}

  private static Path there(Path directory) {
    return directory.resolve("there");
  }

  private static Path back(Path directory) {
    return directory.resolve("back");
  }

  private static void make(Path path) throws IOException {
    try (Place place = Place.of(Kernel.linux(), path)) {
      Fifo.make(place, MODE);
    }
  }

  private static FifoReader reader(Path path) throws IOException {
    try (Place place = Place.of(Kernel.linux(), path)) {
      return FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow();
    }
  }

  private static FifoWriter writer(Path path) throws IOException {
    try (Place place = Place.of(Kernel.linux(), path)) {
      return FifoWriter.open(place, FifoOptions.frames());
    }
  }

  private static void send(FifoWriter writer, byte[] message)
      throws IOException, InterruptedException {
    if (writer.send(message, LONG) != SendOutcome.WRITTEN) {
      throw new BenchFailedException("a message could not be sent");
    }
  }

  static Trip.Server server(Path directory) throws IOException {
    make(there(directory));
    make(back(directory));
    FifoReader in = reader(there(directory));
    FifoWriter out = writer(back(directory));
    return () -> {
      while (true) {
        if (in.receive(LONG) instanceof Received.Message message) send(out, message.payload());
      }
    };
  }

  static Trip trip(Path directory, int bytes) throws IOException {
    FifoReader in = reader(back(directory));
    FifoWriter out = writer(there(directory));
    byte[] message = new byte[bytes];
    return new Trip() {
      @Override
      public void make() throws IOException, InterruptedException {
        send(out, message);
        if (!(in.receive(LONG) instanceof Received.Message answer)
            || answer.payload().length != bytes) {
          throw new BenchFailedException("what came back is not what was sent");
        }
      }

      @Override
      public void close() {
        in.close();
        out.close();
      }
    };
  }

  // ---- the JDK

  /// Opened both ways, as opening one way waits for the other end.
  private static FileChannel open(Path path) throws IOException {
    return new RandomAccessFile(path.toFile(), "rw").getChannel();
  }

  static Trip.Server jdkServer(Path directory, int bytes) throws IOException {
    make(there(directory));
    make(back(directory));
    FileChannel in = open(there(directory));
    FileChannel out = open(back(directory));
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    return () -> {
      while (true) {
        while (buffer.hasRemaining()) in.read(buffer);
        buffer.flip();
        while (buffer.hasRemaining()) out.write(buffer);
        buffer.clear();
      }
    };
  }

  static Trip jdkTrip(Path directory, int bytes) throws IOException {
    FileChannel in = open(back(directory));
    FileChannel out = open(there(directory));
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    return new Trip() {
      @Override
      public void make() throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) out.write(buffer);
        buffer.clear();
        while (buffer.hasRemaining()) in.read(buffer);
      }

      @Override
      public void close() throws IOException {
        in.close();
        out.close();
      }
    };
  }
}
