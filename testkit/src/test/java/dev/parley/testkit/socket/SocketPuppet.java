package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.MessageChannel;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A process that listens or connects, for tests to start and kill.
///
/// ```text
/// listen ADDRESS    listening; accepts and closes
/// connect ADDRESS   connected
/// serve ADDRESS     serving, once nobody else is; answers each message with its own PID before it,
///                   and `descriptors` with how many it has open
/// ask ADDRESS       asks and asks; each answer N; WRONG if it is another's
/// ```
final class SocketPuppet {
  private static final SocketOptions OPTIONS = SocketOptions.defaults();

  private SocketPuppet() {}

  public static void main(String[] arguments) throws Exception {
    UnixAddress address = UnixAddress.parse(arguments[1]);
    try {
      switch (arguments[0]) {
        case "listen" -> {
          try (Listener listener = Listener.open(address, OPTIONS)) {
            System.out.println("listening");
            while (true) listener.accept().close();
          }
        }
        case "connect" -> {
          Connection.open(address, OPTIONS).close();
          System.out.println("connected");
        }
        case "serve" -> {
          while (true) serveUnlessSomebodyDoes(address);
        }
        case "ask" -> ask(address);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (Exception e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  // ---- serving

  private static void serveUnlessSomebodyDoes(UnixAddress address) throws Exception {
    try (Listener listener = Listener.open(address, OPTIONS)) {
      System.out.println("serving");
      while (true) {
        Connection connection = listener.accept();
        Thread.ofVirtual().start(() -> answer(connection));
      }
    } catch (SocketException e) {
      if (e.reason() != Reason.IN_USE) throw e;
    }
    // Its end is seen at once by whoever is connected to it.
    try (Connection incumbent = Connection.open(address, OPTIONS)) {
      incumbent.messages().receive();
    } catch (SocketException e) {
      // It has ended.
    }
  }

  private static void answer(Connection connection) {
    try (connection) {
      MessageChannel messages = connection.messages();
      while (messages.receive() instanceof Received request) {
        String text = request.text().equals("descriptors") ? descriptors() : request.text();
        messages.send((ProcessHandle.current().pid() + " " + text).getBytes(UTF_8));
      }
    } catch (IOException | InterruptedException e) {
      // This client is done.
    }
  }

  private static String descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return Long.toString(open.count());
    }
  }

  // ---- asking

  private static void ask(UnixAddress address) throws InterruptedException {
    long number = 0;
    while (true) {
      try (Connection connection = Connection.open(address, OPTIONS)) {
        MessageChannel messages = connection.messages();
        while (true) {
          number++;
          messages.send(Long.toString(number).getBytes(UTF_8));
          if (!(messages.receive() instanceof Received answer)) break;
          boolean right = answer.text().endsWith(" " + number);
          System.out.println((right ? "answer " : "WRONG ") + answer.text());
        }
      } catch (IOException e) {
        Thread.sleep(1); // the server was killed; another one takes over
      }
    }
  }
}
