package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import dev.parley.primitive.socket.UnixDatagram;
import dev.parley.sys.Fd;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// With programs that people already use at the other end.
@Timeout(120)
class SocketProgramsTest {
  private static final Duration LIMIT = Duration.ofSeconds(50);

  @TempDir Path temp;

  private static void assumeProgram(String program) {
    boolean there =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    assumeThat(there).as("skipped: no " + program).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "seqpacket"})
  void pythonPassesDescriptorsBothWays(String kind) throws Exception {
    assumeProgram("python3");
    Path path = temp.resolve("socket");
    SocketOptions options =
        SocketOptions.defaults()
            .withKind(kind.equals("stream") ? SocketKind.STREAM : SocketKind.SEQPACKET)
            .withDescriptors(2);
    String script =
        """
        import socket, sys, os
        s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + sys.argv[2].upper()))
        s.connect(sys.argv[1])
        r, w = os.pipe()
        head = b'\\0\\0\\0\\4' if sys.argv[2] == 'stream' else b''
        socket.send_fds(s, [head + b'pipe'], [r])
        os.write(w, b'through'); os.close(w)
        data, fds, flags, _ = socket.recv_fds(s, 100, 10)
        print('got', len(fds), os.read(fds[0], 100).decode(), data[len(head):].decode(), flush=True)
        """;
    try (ProcessHarness processes = new ProcessHarness();
        Listener listener = Listener.open(UnixAddress.at(path), options)) {
      Child python = processes.program("python3", "-c", script, path.toString(), kind);
      try (Connection connection = listener.accept(LIMIT).orElseThrow();
          Received received = (Received) connection.messages().receive(LIMIT)) {
        assertThat(connection.peer().pid()).isEqualTo((int) python.pid());
        assertThat(received.text()).isEqualTo("pipe");
        Fd pipe = received.descriptors().getFirst();
        byte[] bytes = new byte[100];
        assertThat(options.kernel().read(pipe, bytes, 0, 100)).isEqualTo(7);
        Path file = Files.writeString(temp.resolve("file"), "content");
        try (Fd open =
            options.kernel().openAt(Fd.CWD, file.toString(), dev.parley.sys.Open.READ_ONLY, 0)) {
          connection.messages().send("file".getBytes(UTF_8), List.of(open), LIMIT);
        }
        assertThat(python.awaitLine("got")).isEqualTo("got 1 content file");
      }
    }
  }

  @Test
  void socatSendsAndReceivesDatagramsAndStreams() throws Exception {
    assumeProgram("socat");
    Path path = temp.resolve("datagrams");
    try (ProcessHarness processes = new ProcessHarness()) {
      try (UnixDatagram socket =
          UnixDatagram.open(UnixAddress.at(path), SocketOptions.defaults())) {
        processes.program("sh", "-c", "printf hello | socat -u - UNIX-SENDTO:" + path);
        assertThat(socket.receive(LIMIT).orElseThrow().text()).isEqualTo("hello");
      }
      String name = "parley-socat-" + ProcessHandle.current().pid();
      try (Listener listener =
          Listener.open(UnixAddress.abstractName(name), SocketOptions.defaults())) {
        Child socat = processes.program("socat", "-", "ABSTRACT-CONNECT:" + name);
        try (Connection connection = listener.accept(LIMIT).orElseThrow()) {
          connection.write("to socat\n".getBytes(UTF_8), 0, 9, LIMIT);
          socat.awaitLine("to socat");
          socat.say("from socat");
          byte[] bytes = new byte[100];
          assertThat(connection.read(bytes, 0, 100, LIMIT)).isEqualTo(11);
        }
      }
    }
  }

  @Test
  void ssAndLsofSeeTheListenersPath() throws Exception {
    Path path = temp.resolve("seen");
    try (Listener _ = Listener.open(UnixAddress.at(path), SocketOptions.defaults())) {
      assertThat(Files.readString(Path.of("/proc/net/unix"))).contains(path.toString());
      assumeProgram("ss");
      assertThat(ProcessHarness.run("ss", "-xl")).contains(path.toString());
      assumeProgram("lsof");
      assertThat(ProcessHarness.run("lsof", "-U")).contains(path.toString());
    }
  }
}
