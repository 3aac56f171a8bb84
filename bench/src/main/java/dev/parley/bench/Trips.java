package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Path;

/// The systems of a [TripBench], by name: each with the end that answers and the one that asks.
final class Trips {
  private Trips() {}

  /// The end that answers, ready to be asked. The other end's file is in `directory`.
  static Trip.Server server(String system, Path directory, int bytes)
      throws IOException, InterruptedException {
    Path path = directory.resolve("socket");
    return switch (family(system)) {
      case "socket parley" -> SocketTrips.server(system, path, bytes);
      case "socket jdk" -> JdkTrips.server(system, path, bytes);
      case "socket junixsocket" -> JunixTrips.server(system, path, bytes);
      case "fd parley" -> SocketTrips.descriptorServer(path);
      case "fd junixsocket" -> JunixTrips.descriptorServer(path);
      case "fifo parley" -> FifoTrips.server(directory);
      case "fifo jdk" -> FifoTrips.jdkServer(directory, bytes);
      case "shm parley" -> MemoryTrips.server(system, directory, bytes);
      case "shm jdk" -> JdkTrips.server(system, path, bytes);
      default -> throw new BenchFailedException("no system is called " + system);
    };
  }

  /// The end that asks.
  static Trip trip(String system, Path directory, int bytes)
      throws IOException, InterruptedException {
    Path path = directory.resolve("socket");
    return switch (family(system)) {
      case "socket parley" -> SocketTrips.trip(system, path, bytes);
      case "socket jdk" -> JdkTrips.trip(system, path, bytes);
      case "socket junixsocket" -> JunixTrips.trip(system, path, bytes);
      case "fd parley" -> SocketTrips.descriptorTrip(path);
      case "fd junixsocket" -> JunixTrips.descriptorTrip(path);
      case "fifo parley" -> FifoTrips.trip(directory, bytes);
      case "fifo jdk" -> FifoTrips.jdkTrip(directory, bytes);
      case "shm parley" -> MemoryTrips.trip(system, directory, bytes);
      case "shm jdk" -> JdkTrips.trip(system, path, bytes);
      case "watch parley" -> WatchTrips.trip(directory);
      case "watch java.nio" -> WatchTrips.nioTrip(directory);
      default -> throw new BenchFailedException("no system is called " + system);
    };
  }

  /// The suite and the library: `socket jdk spinning` is of `socket jdk`.
  private static String family(String system) {
    String[] words = system.split(" ");
    return words[0] + " " + words[1];
  }
}
