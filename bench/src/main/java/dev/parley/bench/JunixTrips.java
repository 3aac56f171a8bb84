package dev.parley.bench;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/// Those of junixsocket: its channels; `datagrams`; descriptors with its streams.
final class JunixTrips {
  private static final int ROOM_FOR_DESCRIPTORS = 1024;

  private JunixTrips() {}

  static Trip.Server server(String system, Path path, int bytes) throws IOException {
    AFUNIXSocketAddress address = AFUNIXSocketAddress.of(path);
    if (system.contains("datagrams")) {
      AFUNIXDatagramSocket socket = AFUNIXDatagramSocket.newInstance();
      socket.bind(address);
      DatagramPacket packet = new DatagramPacket(new byte[bytes], bytes);
      return () -> {
        while (true) {
          socket.receive(packet);
          socket.send(packet);
        }
      };
    }
    AFUNIXServerSocketChannel server = AFUNIXServerSocketChannel.open();
    server.bind(address);
    return () -> JdkTrips.echo(server.accept(), bytes);
  }

  static Trip trip(String system, Path path, int bytes) throws IOException {
    AFUNIXSocketAddress address = AFUNIXSocketAddress.of(path);
    if (!system.contains("datagrams")) {
      return JdkTrips.trip(AFUNIXSocketChannel.open(address), bytes);
    }
    AFUNIXDatagramSocket socket = AFUNIXDatagramSocket.newInstance();
    socket.bind(AFUNIXSocketAddress.of(path.resolveSibling("client")));
    socket.connect(address);
    DatagramPacket question = new DatagramPacket(new byte[bytes], bytes);
    DatagramPacket answer = new DatagramPacket(new byte[bytes], bytes);
    return new Trip() {
      @Override
      public void make() throws IOException {
        socket.send(question);
        socket.receive(answer);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  // ---- descriptors

  static Trip.Server descriptorServer(Path path) throws IOException {
    AFUNIXServerSocket server = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path));
    return () -> {
      try (server;
          AFUNIXSocket socket = server.accept()) {
        socket.setAncillaryReceiveBufferSize(ROOM_FOR_DESCRIPTORS);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        while (in.read() >= 0) {
          for (FileDescriptor each : socket.getReceivedFileDescriptors()) {
            new FileInputStream(each).close();
          }
          out.write(1);
        }
      }
    };
  }

  static Trip descriptorTrip(Path path) throws IOException {
    AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path));
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    return new Trip() {
      @Override
      public void make() throws IOException {
        makeMany(1);
      }

      @Override
      public int makeMany(int count) throws IOException {
        for (int i = 0; i < count; i++) {
          socket.setOutboundFileDescriptors(FileDescriptor.in);
          out.write(1);
        }
        for (int i = 0; i < count; i++) {
          if (in.read() < 0) throw new BenchFailedException("the end came early");
        }
        return count;
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }
}
