package dev.parley.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sockets and poll.
class LinuxKernelSocketsTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  private final Kernel kernel = Kernel.linux();
  private final List<Fd> open = new ArrayList<>();

  @TempDir Path temp;

  @AfterEach
  void close() {
    open.forEach(Fd::close);
  }

  private Fd opened(Fd fd) {
    open.add(fd);
    return fd;
  }

  private Fd[] pair(int type) throws ErrnoException {
    Fd[] pair = kernel.socketPair(type);
    open.addAll(List.of(pair));
    return pair;
  }

  private byte[] address(String name) {
    return Objects.requireNonNull(Sockets.pathAddress(temp.resolve(name).toString()));
  }

  private int send(Fd socket, byte[] bytes) throws ErrnoException {
    return kernel.trySend(socket, bytes, 0, bytes.length, null);
  }

  private SocketMessage receive(Fd socket, int most, int descriptors) throws ErrnoException {
    return Objects.requireNonNull(kernel.tryReceiveMessage(socket, most, descriptors, false));
  }

  // ---- streams

  @Test
  void aClientConnectsAndIsAcceptedAndBothSayWhereTheyAre() throws Exception {
    Fd server = opened(kernel.socket(Sockets.STREAM));
    kernel.changeMode(server, 0600);
    kernel.bind(server, address("größe"));
    assertThat(Files.getAttribute(temp.resolve("größe"), "unix:mode"))
        .as("made with the socket's mode")
        .isEqualTo(0140600);
    assertThatThrownBy(() -> kernel.bind(opened(socket()), address("größe")))
        .hasMessage("bind " + temp.resolve("größe") + ": address is in use (EADDRINUSE)");
    Fd client = opened(socket());
    assertThatThrownBy(() -> kernel.tryConnect(client, address("größe")))
        .as("not listening yet")
        .hasMessageEndingWith("nobody listens there (ECONNREFUSED)");
    kernel.listen(server, 0);
    assertThat(kernel.tryAccept(server)).as("nobody yet").isNull();
    assertThat(kernel.tryConnect(client, address("größe"))).isTrue();
    assertThat(kernel.tryConnect(opened(socket()), address("größe")))
        .as("a full backlog is not now")
        .isFalse();
    Fd accepted = opened(Objects.requireNonNull(kernel.tryAccept(server)));
    assertThat(send(client, HELLO)).isEqualTo(5);
    byte[] into = new byte[8];
    assertThat(kernel.tryReceive(accepted, into, 2, 6)).isEqualTo(5);
    assertThat(new String(into, 2, 5, UTF_8)).isEqualTo("hello");
    assertThat(kernel.tryReceive(accepted, into, 0, 8)).as("nothing now").isEqualTo(-1);
    assertThat(Sockets.pathOf(kernel.peerAddress(client)))
        .isEqualTo(temp.resolve("größe").toString());
    assertThat(kernel.socketAddress(accepted)).isEqualTo(address("größe"));
    assertThat(Sockets.pathOf(kernel.peerAddress(accepted))).isNull();
    assertThat(Sockets.abstractNameOf(kernel.peerAddress(accepted))).isNull();
    client.close();
    assertThat(kernel.tryReceive(accepted, into, 0, 8)).as("the end").isEqualTo(0);
    assertThatThrownBy(() -> send(accepted, HELLO)).hasMessageEndingWith("(EPIPE)");
  }

  private Fd socket() throws ErrnoException {
    return kernel.socket(Sockets.STREAM);
  }

  @Test
  void everySocketIsCloseOnExecAndNonBlocking() throws Exception {
    Fd server = opened(socket());
    kernel.bind(server, address("a"));
    kernel.listen(server, 1);
    Fd client = opened(socket());
    kernel.tryConnect(client, address("a"));
    Fd accepted = opened(Objects.requireNonNull(kernel.tryAccept(server)));
    Fd[] pair = pair(Sockets.STREAM);
    kernel.trySendMessage(pair[0], HELLO, 0, 1, List.of(Fd.STDIN), null);
    Fd received = opened(receive(pair[1], 1, 1).descriptors().getFirst());
    for (Fd fd : List.of(server, client, accepted, pair[0], pair[1])) {
      assertThat(flags(fd)).as(fd.path()).matches(flags -> (flags & 02000000) != 0, "O_CLOEXEC");
      assertThat(flags(fd)).as(fd.path()).matches(flags -> (flags & 04000) != 0, "O_NONBLOCK");
    }
    assertThat(flags(received)).matches(flags -> (flags & 02000000) != 0, "O_CLOEXEC");
    assertThat(flags(opened(kernel.peerPidFd(pair[0])))).matches(flags -> (flags & 02000000) != 0);
  }

  private static int flags(Fd fd) throws IOException {
    String line = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.number())).get(1);
    return Integer.parseInt(line.split("\\s+")[1], 8);
  }

  @Test
  void aSocketThatWasShutDownEndsForTheOther() throws Exception {
    Fd[] pair = pair(Sockets.STREAM);
    kernel.shutDown(pair[0], Sockets.SHUT_WRITING);
    assertThat(kernel.tryReceive(pair[1], new byte[1], 0, 1)).isEqualTo(0);
    assertThat(send(pair[1], HELLO)).isEqualTo(5);
  }

  @Test
  void aFullBufferTakesAPartAndThenNothing() throws Exception {
    Fd[] pair = pair(Sockets.STREAM);
    byte[] large = new byte[Sockets.MOST_BYTES + 1];
    int sent = 0;
    int n;
    while ((n = send(pair[0], large)) > 0) sent += n;
    assertThat(n).isEqualTo(-1);
    assertThat(sent).isPositive();
  }

  // ---- packets

  @Test
  void aPacketThatIsLongerThanExpectedSaysSo() throws Exception {
    Fd[] pair = pair(Sockets.SEQPACKET);
    send(pair[0], HELLO);
    send(pair[0], HELLO);
    assertThat(receive(pair[1], 5, 0))
        .matches(message -> !message.cut() && message.bytes().length == 5);
    assertThat(receive(pair[1], 4, 0))
        .matches(message -> message.cut() && message.bytes().length == 4);
    assertThat(kernel.tryReceiveMessage(pair[1], 4, 0, false)).isNull();
  }

  @Test
  void aPacketThatIsTooLongIsRefusedAndNeverCut() throws Exception {
    Fd[] pair = pair(Sockets.DATAGRAM);
    assertThatThrownBy(() -> send(pair[0], new byte[Sockets.MOST_BYTES + 1]))
        .hasMessageEndingWith("message is too long (EMSGSIZE)");
    assertThatThrownBy(() -> send(pair[0], new byte[Sockets.MOST_BYTES]))
        .hasMessageEndingWith("message is too long (EMSGSIZE)");
    assertThat(kernel.tryReceiveMessage(pair[1], 1, 0, false)).isNull();
  }

  @Test
  void aDatagramSaysWhereItCameFromAndWhoSentIt() throws Exception {
    Fd receiver = opened(kernel.socket(Sockets.DATAGRAM));
    Fd sender = opened(kernel.socket(Sockets.DATAGRAM));
    byte[] name = Sockets.abstractAddress("parley-" + System.nanoTime());
    kernel.bind(receiver, name);
    kernel.bind(sender, address("sender"));
    kernel.setSocketOption(receiver, Sockets.PASS_CREDENTIALS, 1);
    kernel.trySendMessage(sender, HELLO, 0, 5, List.of(Fd.STDIN), name);
    kernel.trySend(sender, HELLO, 1, 4, name);
    SocketMessage message = kernel.tryReceiveMessage(receiver, 100, 1, true);
    assertThat(message).isNotNull();
    message.descriptors().forEach(this::opened);
    assertThat(message.bytes()).isEqualTo(HELLO);
    assertThat(message.descriptors()).hasSize(1);
    assertThat(message.from()).isEqualTo(address("sender"));
    assertThat(message.sender()).isEqualTo(me());
    assertThat(kernel.tryReceiveMessage(receiver, 100, 0, true).bytes()).hasSize(4);
    assertThat(Sockets.abstractNameOf(kernel.socketAddress(receiver))).isNotNull();
    assertThat(Sockets.pathOf(kernel.socketAddress(receiver))).isNull();
  }

  private SocketCredentials me() {
    return new SocketCredentials(
        (int) ProcessHandle.current().pid(), kernel.effectiveUserId(), kernel.effectiveGroupId());
  }

  // ---- descriptors

  @Test
  void asManyDescriptorsArriveAsWereAskedForAndTheRestIsNeverOpened() throws Exception {
    Fd[] pair = pair(Sockets.SEQPACKET);
    List<Fd> many = Collections.nCopies(Sockets.MOST_DESCRIPTORS, Fd.STDIN);
    long before = descriptors();
    for (int asked : List.of(0, 1, 2, 3, 252, 253)) {
      kernel.trySendMessage(pair[0], HELLO, 0, 5, many, null);
      SocketMessage message = receive(pair[1], 5, asked);
      assertThat(message.descriptors()).hasSize(asked);
      assertThat(message.descriptorsCut()).isEqualTo(asked < 253);
      assertThat(descriptors() - before).isEqualTo(asked);
      message.descriptors().forEach(Fd::close);
    }
    assertThatThrownBy(
            () ->
                kernel.trySendMessage(
                    pair[0], HELLO, 0, 5, Collections.nCopies(254, Fd.STDIN), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void descriptorsThatNobodyAskedForAreDroppedUnopened() throws Exception {
    Fd[] pair = pair(Sockets.STREAM);
    long before = descriptors();
    kernel.trySendMessage(pair[0], HELLO, 0, 5, List.of(Fd.STDIN, Fd.STDIN), null);
    assertThat(kernel.tryReceive(pair[1], new byte[5], 0, 5)).isEqualTo(5);
    assertThat(descriptors()).isEqualTo(before);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  // ---- asking

  @Test
  void theKernelKnowsThePeer() throws Exception {
    Fd[] pair = pair(Sockets.STREAM);
    assertThat(kernel.peerCredentials(pair[0])).isEqualTo(me());
    List<Integer> groups = new ArrayList<>();
    for (int group : kernel.peerGroups(pair[0])) groups.add(group);
    assertThat(kernel.groups()).containsAll(groups);
    Fd process = opened(kernel.peerPidFd(pair[0]));
    assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + process.number())))
        .containsPattern("Pid:\\s+" + ProcessHandle.current().pid());
    assertThat(kernel.socketOption(pair[0], Sockets.TYPE)).isEqualTo(Sockets.STREAM);
    assertThat(kernel.socketOption(pair[0], Sockets.ERROR)).isZero();
    assertThat(kernel.socketOption(pair[0], Sockets.LISTENS)).isZero();
    kernel.setSocketOption(pair[0], Sockets.SEND_BUFFER, 10_000);
    assertThat(kernel.socketOption(pair[0], Sockets.SEND_BUFFER)).isEqualTo(20_000);
  }

  @Test
  void aProbeOfAnotherTypeTellsTheDeadFromTheLivingUnseen() throws Exception {
    Fd server = opened(socket());
    Fd probe = opened(kernel.socket(Sockets.DATAGRAM));
    kernel.bind(server, address("a"));
    assertThatThrownBy(() -> kernel.tryConnect(probe, address("a")))
        .as("bound")
        .hasMessageEndingWith("(EPROTOTYPE)");
    kernel.listen(server, 1);
    assertThatThrownBy(() -> kernel.tryConnect(probe, address("a")))
        .as("listening")
        .hasMessageEndingWith("(EPROTOTYPE)");
    assertThat(kernel.tryAccept(server)).isNull();
    server.close();
    assertThatThrownBy(() -> kernel.tryConnect(probe, address("a")))
        .as("dead")
        .hasMessageEndingWith("(ECONNREFUSED)");
  }

  @Test
  void addressesThatCannotBeAreNone() {
    assertThat(Sockets.pathAddress("/" + "a".repeat(106))).hasSize(2 + 108);
    assertThat(Sockets.pathAddress("/" + "a".repeat(107))).isNull();
    assertThat(Sockets.pathAddress("/a\0b")).isNull();
    assertThat(Sockets.pathAddress("")).isNull();
    assertThat(Sockets.abstractAddress("a".repeat(107))).hasSize(2 + 108);
    assertThatThrownBy(() -> Sockets.abstractAddress("a".repeat(108)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Sockets.abstractNameOf(Sockets.abstractAddress("ä\0\0"))).isEqualTo("ä\0\0");
    assertThat(Sockets.abstractNameOf(Sockets.abstractAddress(""))).isEmpty();
  }

  // ---- a bound file's owner and mode

  @Test
  void aFileOpenByPathOnlyGetsItsModeAndOwner() throws Exception {
    Fd server = opened(socket());
    kernel.bind(server, address("a"));
    try (Fd file =
        kernel.openAt(Fd.CWD, temp.resolve("a").toString(), Open.PATH | Open.NO_FOLLOW, 0)) {
      kernel.changeModeOf(file, 0660);
      kernel.changeOwnerOf(file, -1, kernel.effectiveGroupId());
      assertThat(kernel.status(file))
          .matches(status -> status.isSocket() && status.permissions() == 0660);
    }
  }

  @Test
  void pollTellsThatThePeerWritesNoMore() throws Exception {
    Fd[] pair = pair(Sockets.STREAM);
    int[] events = {Poll.RDHUP};
    assertThat(kernel.poll(List.of(pair[0]), events, 0)).containsExactly(0);
    kernel.shutDown(pair[1], Sockets.SHUT_WRITING);
    assertThat(kernel.poll(List.of(pair[0]), events, -1)).containsExactly(Poll.RDHUP);
    pair[1].close();
    assertThat(kernel.poll(List.of(pair[0]), events, -1)).containsExactly(Poll.RDHUP | Poll.HUP);
  }
}
