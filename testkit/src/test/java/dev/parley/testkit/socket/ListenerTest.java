package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parley.UnsafePathException;
import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.PeerPolicy;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import dev.parley.sys.Errno;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.ProcessHarness;
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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ListenerTest {
  private static final Duration LIMIT = Duration.ofSeconds(50);
  private static final SocketOptions OPTIONS = SocketOptions.defaults();

  @TempDir Path temp;
  private Path path;
  private UnixAddress address;

  @BeforeEach
  void name() {
    path = temp.resolve("socket");
    address = UnixAddress.at(path);
  }

  private static void assertReason(Reason reason, Callable<?> act) {
    assertThatThrownBy(act::call)
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void assertServes(Listener listener, UnixAddress address, SocketOptions options)
      throws Exception {
    try (Connection client = Connection.open(address, options);
        Connection server = listener.accept(LIMIT).orElseThrow()) {
      client.messages().send("hello".getBytes(UTF_8));
      assertThat(((Received) server.messages().receive(LIMIT)).text()).isEqualTo("hello");
      assertThat(server.peer().pid()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(server.peer().uid()).isEqualTo(Kernel.linux().effectiveUserId());
      try (Fd process = server.peerProcess()) {
        assertThat(process.isOpen()).isTrue();
      }
    }
  }

  @Test
  void aListenerServesAndItsFileIsItsOwnersAloneAndGoesWithIt() throws Exception {
    long before = MessageChannelContract.descriptors();
    for (SocketKind kind : SocketKind.values()) {
      SocketOptions options = OPTIONS.withKind(kind);
      try (Listener listener = Listener.open(address, options)) {
        assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0140600);
        assertThat(listener.accept(Duration.ZERO)).isEmpty();
        assertServes(listener, address, options);
      }
      assertThat(path).doesNotExist();
    }
    assertThat(MessageChannelContract.descriptors()).isEqualTo(before);
  }

  @Test
  void theUmaskChangesNothing() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      processes.through("sh", "-c", "umask 0777; exec \"$@\"", "sh");
      Child child = processes.java(SocketPuppet.class, "listen", path.toString());
      child.awaitLine("listening");
      assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0140600);
    }
  }

  @Test
  void abstractAndVeryLongNames() throws Exception {
    UnixAddress name = UnixAddress.parse("@parley-" + ProcessHandle.current().pid());
    try (Listener listener = Listener.open(name, OPTIONS)) {
      assertServes(listener, name, OPTIONS);
      assertReason(Reason.IN_USE, () -> Listener.open(name, OPTIONS));
    }
    assertReason(Reason.NOBODY_LISTENS, () -> Connection.open(name, OPTIONS));
    Path deep = temp.resolve("d".repeat(100)).resolve("e".repeat(100));
    Files.createDirectories(deep);
    for (String last : List.of("s", "n".repeat(200))) {
      UnixAddress far = UnixAddress.at(deep.resolve(last));
      try (Listener listener = Listener.open(far, OPTIONS)) {
        assertThat(Files.getAttribute(deep.resolve(last), "unix:mode")).isEqualTo(0140600);
        assertServes(listener, far, OPTIONS);
        assertReason(Reason.IN_USE, () -> Listener.open(far, OPTIONS));
      }
      assertThat(deep.resolve(last)).doesNotExist();
    }
  }

  @Test
  void aStaleFileIsReplacedAndALiveListenersNever() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
      assertReason(Reason.IN_USE, () -> Listener.open(address, OPTIONS));
      assertThat(path).as("a stranger's listener").exists();
    }
    assertThat(path).as("the JDK leaves it").exists();
    assertReason(Reason.NOBODY_LISTENS, () -> Connection.open(address, OPTIONS));
    try (Listener listener = Listener.open(address, OPTIONS)) {
      assertServes(listener, address, OPTIONS);
      assertReason(Reason.IN_USE, () -> Listener.open(address, OPTIONS));
      assertThat(listener.accept(Duration.ZERO)).as("a probe is not seen").isEmpty();
    }
  }

  @Test
  void aSocketThatIsBoundAndDoesNotListenYetIsAlive() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Kernel kernel = Kernel.linux();
      try (Fd bound = kernel.socket(dev.parley.sys.Sockets.STREAM)) {
        kernel.bind(bound, dev.parley.sys.Sockets.pathAddress(path.toString()));
        assertReason(Reason.IN_USE, () -> Listener.open(address, OPTIONS));
        assertThat(path).exists();
      }
    }
  }

  @Test
  void anotherKindOfFileIsLeftAloneAndNamed() throws Exception {
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> Listener.open(address, OPTIONS))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("is a regular file where a socket should be");
    assertThatThrownBy(() -> Connection.open(address, OPTIONS))
        .isInstanceOf(UnsafePathException.class);
    assertThat(path).hasContent("precious");
  }

  @Test
  void aFileThatIsAnothersByNowIsLeftWhenClosing() throws Exception {
    Listener listener = Listener.open(address, OPTIONS);
    Files.delete(path);
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path));
      listener.close();
      assertThat(path).exists();
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        assertThat(client.isConnected()).isTrue();
      }
    }
  }

  @Test
  void ofManyThatStartAtOnceOneServes() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Listener>> starts = new ArrayList<>();
      for (int i = 0; i < 8; i++) starts.add(threads.submit(() -> Listener.open(address, OPTIONS)));
      List<Listener> serving = new ArrayList<>();
      for (Future<Listener> start : starts) {
        try {
          serving.add(start.get(50, TimeUnit.SECONDS));
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(((SocketException) e.getCause()).reason()).isEqualTo(Reason.IN_USE);
        }
      }
      assertThat(serving).hasSize(1);
      assertServes(serving.getFirst(), address, OPTIONS);
      serving.getFirst().close();
    }
  }

  @Test
  void thePolicyIsAskedAtBothEnds() throws Exception {
    try (Listener listener = Listener.open(address, OPTIONS.withPolicy(_ -> false));
        Connection client = Connection.open(address, OPTIONS)) {
      assertThat(listener.accept(Duration.ofMillis(1))).isEmpty();
      assertThat(listener.refused()).isEqualTo(1);
      assertThat(client.read(new byte[1], 0, 1, LIMIT)).as("closed").isEqualTo(-1);
      assertReason(
          Reason.PEER_REFUSED, () -> Connection.open(address, OPTIONS.withPolicy(_ -> false)));
    }
  }

  @Test
  void anotherUserIsRefused() throws Exception {
    assumeThat(ProcessHarness.isRoot()).as("needs root, to run as another user").isTrue();
    UnixAddress name = UnixAddress.parse("@parley-user-" + ProcessHandle.current().pid());
    try (Listener listener = Listener.open(name, OPTIONS);
        ProcessHarness processes = ProcessHarness.asUser(65534, 65534)) {
      Child child = processes.java(SocketPuppet.class, "connect", name.toString());
      assertThat(listener.accept(Duration.ofSeconds(1))).isEmpty();
      child.awaitLine("SocketException");
      assertThat(child.output()).contains("whom the policy refuses");
      assertThat(PeerPolicy.anybody()).isNotNull();
    }
  }

  @Test
  void aKilledListenersNameIsTakenOver() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      Child child = processes.java(SocketPuppet.class, "listen", path.toString());
      child.awaitLine("listening");
      assertReason(Reason.IN_USE, () -> Listener.open(address, OPTIONS));
      child.kill();
      assertThat(path).exists();
      try (Listener listener = Listener.open(address, OPTIONS)) {
        assertServes(listener, address, OPTIONS);
      }
    }
  }

  @Test
  void theJdksSocketsAreOnEitherSide() throws Exception {
    try (Listener listener = Listener.open(address, OPTIONS);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        Connection server = listener.accept()) {
      client.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 'x'}));
      assertThat(((Received) server.messages().receive(LIMIT)).text()).isEqualTo("x");
      assertThat(server.write(new byte[] {1, 2, 3}, 0, 3, LIMIT)).isEqualTo(3);
      assertThat(client.read(ByteBuffer.allocate(9))).isEqualTo(3);
    }
  }

  @Test
  void whicheverCallFailsNothingLeaks() throws Exception {
    openAndServe(Kernel.linux());
    long before = MessageChannelContract.descriptors();
    FaultyKernel counting = FaultyKernel.over(Kernel.linux());
    openAndServe(counting.kernel());
    long calls = counting.count(FaultyKernel.ANY);
    for (int i = 1; i <= calls; i++) {
      for (Errno errno : List.of(Errno.EIO, Errno.EMFILE)) {
        FaultyKernel faulty = FaultyKernel.over(Kernel.linux()).fail(FaultyKernel.ANY, i, errno);
        try {
          openAndServe(faulty.kernel());
        } catch (IOException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
        assertThat(MessageChannelContract.descriptors()).as("call %d", i).isEqualTo(before);
      }
    }
    openAndServe(Kernel.linux());
  }

  private void openAndServe(Kernel kernel) throws IOException, InterruptedException {
    SocketOptions options = OPTIONS.withKernel(kernel).withDescriptors(1);
    try (Listener listener = Listener.open(address, options);
        Connection client = Connection.open(address, options);
        Connection server = listener.accept()) {
      client.messages().send("x".getBytes(UTF_8), List.of(Fd.STDIN), LIMIT);
      if (server.messages().receive(LIMIT) instanceof Received received) received.close();
    }
  }
}
