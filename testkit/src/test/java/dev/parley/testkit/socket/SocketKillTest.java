package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.MessageChannel;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Servers and clients, real processes, killed while they talk.
@Timeout(180)
class SocketKillTest {
  private static final int CONTENDERS = 4;
  private static final int CLIENTS = 2;

  private final Random random = new Random(7);
  @TempDir Path temp;

  @Test
  void whoeverIsKilledOneServesAtATimeAndTheOthersGetTheirOwnAnswers() throws Exception {
    Path path = temp.resolve("socket");
    try (ProcessHarness processes = new ProcessHarness()) {
      List<Child> servers = new ArrayList<>();
      for (int i = 0; i < CONTENDERS; i++) servers.add(start(processes, "serve", path));
      List<Child> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) clients.add(start(processes, "ask", path));
      Child serving = null;
      while (servers.size() > 1) {
        Child old = serving;
        Await.until("one serves", () -> serving(servers).size() == 1);
        serving = serving(servers).getFirst();
        assertThat(serving).isNotSameAs(old);
        for (Child client : clients) awaitAnswerOf(serving, client);
        killAClient(processes, clients, path);
        int pause = random.nextInt(20);
        for (int i = 0; i < pause; i++) clients.getFirst().awaitLine("answer " + serving.pid());
        serving.kill();
        servers.remove(serving);
      }
      Await.until("the last one serves", () -> serving(servers).size() == 1);
      Child last = servers.getFirst();
      for (Child client : clients) awaitAnswerOf(last, client);
      for (Child client : clients) assertThat(client.output()).doesNotContain("WRONG");

      // Killed clients leave nothing with their server.
      String idle = descriptorsOnceAlone(path, clients, last);
      for (int i = 0; i < 3; i++) {
        Child client = start(processes, "ask", path);
        awaitAnswerOf(last, client);
        client.kill();
      }
      Await.until("nothing is left open", () -> ask(path, "descriptors").equals(idle));
      last.kill();
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("socket", "socket.lock");
    }
  }

  private static Child start(ProcessHarness processes, String role, Path path) throws Exception {
    return processes.java(SocketPuppet.class, role, path.toString());
  }

  private static List<Child> serving(List<Child> servers) {
    return servers.stream().filter(server -> server.output().contains("serving")).toList();
  }

  private static void awaitAnswerOf(Child server, Child client) throws Exception {
    client.awaitLine("answer " + server.pid() + " ");
  }

  private void killAClient(ProcessHarness processes, List<Child> clients, Path path)
      throws Exception {
    clients.remove(random.nextInt(clients.size())).kill();
    clients.add(start(processes, "ask", path));
  }

  private static String descriptorsOnceAlone(Path path, List<Child> clients, Child server)
      throws Exception {
    for (Child client : clients) client.kill();
    String[] counts = new String[1];
    Await.until(
        "the server has let go of all clients",
        () -> {
          String count = ask(path, "descriptors");
          boolean same = count.equals(counts[0]);
          counts[0] = count;
          return same;
        });
    assertThat(server.isAlive()).isTrue();
    return counts[0];
  }

  private static String ask(Path path, String question) throws Exception {
    try (Connection connection = Connection.open(UnixAddress.at(path), SocketOptions.defaults())) {
      MessageChannel messages = connection.messages();
      messages.send(question.getBytes(UTF_8));
      return ((Received) messages.receive()).text().replaceFirst(".* ", "");
    } catch (SocketException e) {
      throw new AssertionError("nobody answers", e);
    }
  }
}
