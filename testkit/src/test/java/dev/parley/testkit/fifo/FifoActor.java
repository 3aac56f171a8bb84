package dev.parley.testkit.fifo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.fifo.Broadcaster;
import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A process at one end of a FIFO, to be killed.
///
/// ```text
/// make PATH MODE          made
/// writer PATH NAME SIZE   sends NAME 0, NAME 1, ... padded to SIZE; says what did not go: OUTCOME N
/// reader PATH             got TEXT for each, or what was skipped
/// join DIRECTORY LABEL    the same, of a broadcast
/// ```
final class FifoActor {
  private static final Duration LONG = Duration.ofHours(1);

  private FifoActor() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (Place place = Place.of(Kernel.linux(), Path.of(arguments[1]))) {
      switch (arguments[0]) {
        case "make" -> {
          Fifo.make(place, Integer.parseInt(arguments[2], 8));
          System.out.println("made");
        }
        case "writer" -> write(place, arguments[2], Integer.parseInt(arguments[3]));
        case "reader" -> {
          try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
            read(reader);
          }
        }
        case "join" -> {
          Path broadcast = Path.of(arguments[1]);
          try (FifoReader reader =
              Broadcaster.join(Kernel.linux(), broadcast, arguments[2], FifoOptions.frames())) {
            System.out.println("joined");
            read(reader);
          }
        }
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (IOException e) {
      System.out.println("failed " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void write(Place place, String name, int size)
      throws IOException, InterruptedException {
    try (FifoWriter writer = FifoWriter.open(place, FifoOptions.frames())) {
      for (int i = 0; ; i++) {
        String text = name + " " + i;
        byte[] payload = (text + " ".repeat(Math.max(0, size - text.length()))).getBytes(UTF_8);
        switch (writer.send(payload, LONG)) {
          case WRITTEN -> {}
          case FULL, NO_READER_YET, READER_GONE -> System.out.println("not sent " + i);
        }
      }
    }
  }

  private static void read(FifoReader reader) throws IOException, InterruptedException {
    while (true) {
      switch (reader.receive(LONG)) {
        case Received.Message message -> System.out.println("got " + message.text().strip());
        case Received.Skipped skipped -> System.out.println("skipped " + skipped.reason());
        case Received.Nothing nothing -> System.out.println(nothing);
      }
    }
  }
}
