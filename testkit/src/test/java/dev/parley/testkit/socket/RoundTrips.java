package dev.parley.testkit.socket;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.MessageChannel;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Measures round trips of 64 bytes between two processes, side by side with the JDK's sockets:
/// `java ... dev.parley.testkit.socket.RoundTrips [ROUNDS]`. No test: run by hand.
public final class RoundTrips {
  private static final int BYTES = 64;
  private static final int WARM_UP = 20_000;
  private static final int TRIPS = 20_000;

  private RoundTrips() {}

  private interface Trip {
    void make() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2) {
      serve(arguments[0], Path.of(arguments[1]));
      return;
    }
    int rounds = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
    List<String> kinds =
        List.of(
            "jdk",
            "jdk-spin",
            "stream-sleep",
            "stream",
            "raw-sleep",
            "raw",
            "seqpacket-sleep",
            "seqpacket",
            "stream-virtual");
    for (int i = 0; i < rounds; i++) {
      for (String kind : kinds) {
        Path path = Files.createTempDirectory("rt").resolve("socket");
        Process server = start(kind, path);
        try {
          server.inputReader().readLine();
          System.out.printf("%-16s %s%n", kind, measure(client(kind, path)));
        } finally {
          server.destroyForcibly().waitFor();
        }
      }
      System.out.println();
    }
  }

  private static Process start(String kind, Path path) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(RoundTrips.class.getName(), kind, path.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static SocketOptions options(String kind) {
    SocketOptions options = SocketOptions.defaults();
    if (kind.startsWith("seqpacket")) options = options.withKind(SocketKind.SEQPACKET);
    if (kind.endsWith("sleep")) options = options.withSpin(Duration.ZERO);
    return options;
  }

  private static void serve(String kind, Path path) throws Exception {
    if (kind.startsWith("jdk")) {
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      System.out.println("ready");
      SocketChannel channel = server.accept();
      channel.configureBlocking(kind.equals("jdk"));
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      while (true) {
        fill(channel, buffer);
        channel.write(buffer.flip());
      }
    }
    Listener listener = Listener.open(UnixAddress.at(path), options(kind));
    System.out.println("ready");
    Connection connection = listener.accept();
    Duration forever = Duration.ofDays(100);
    if (kind.startsWith("raw")) {
      byte[] bytes = new byte[BYTES];
      int count;
      while ((count = connection.read(bytes, 0, BYTES, forever)) > 0) {
        connection.write(bytes, 0, count, forever);
      }
      return;
    }
    Trip echo =
        () -> {
          MessageChannel messages = connection.messages();
          while (messages.receive() instanceof Received m) messages.send(m.bytes());
        };
    if (kind.endsWith("virtual")) inVirtual(echo);
    else echo.make();
  }

  private static void inVirtual(Trip trip) throws InterruptedException {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                trip.make();
              } catch (Exception e) {
                e.printStackTrace();
              }
            })
        .join();
  }

  private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) System.exit(0);
      if (!channel.isBlocking()) Thread.onSpinWait();
    }
  }

  private static Trip client(String kind, Path path) throws Exception {
    if (kind.startsWith("jdk")) {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
      channel.configureBlocking(kind.equals("jdk"));
      ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
      return () -> {
        buffer.clear();
        channel.write(buffer);
        fill(channel, buffer);
      };
    }
    Connection connection = Connection.open(UnixAddress.at(path), options(kind));
    byte[] bytes = new byte[BYTES];
    Duration forever = Duration.ofDays(100);
    if (kind.startsWith("raw")) {
      return () -> {
        connection.write(bytes, 0, BYTES, forever);
        for (int got = 0; got < BYTES; ) got += connection.read(bytes, got, BYTES - got, forever);
      };
    }
    MessageChannel messages = connection.messages();
    return () -> {
      messages.send(bytes);
      messages.receive();
    };
  }

  private static String measure(Trip trip) throws Exception {
    for (int i = 0; i < WARM_UP; i++) trip.make();
    long[] nanos = new long[TRIPS];
    for (int i = 0; i < TRIPS; i++) {
      long start = System.nanoTime();
      trip.make();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return "p50 %.1f us, p99 %.1f us"
        .formatted(nanos[TRIPS / 2] / 1e3, nanos[TRIPS * 99 / 100] / 1e3);
  }
}
