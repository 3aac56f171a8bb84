package dev.parley.testkit.socket;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;

/// A process that listens or connects, for tests to start and kill.
final class SocketPuppet {
  private SocketPuppet() {}

  public static void main(String[] arguments) throws Exception {
    UnixAddress address = UnixAddress.parse(arguments[1]);
    try {
      if (arguments[0].equals("listen")) {
        try (Listener listener = Listener.open(address, SocketOptions.defaults())) {
          System.out.println("listening");
          while (true) listener.accept().close();
        }
      }
      Connection.open(address, SocketOptions.defaults()).close();
      System.out.println("connected");
    } catch (Exception e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }
}
