package dev.parley.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.IntConsumer;

/// Catches SIGINT and SIGTERM, so that a message in hand can be finished.
///
/// @implNote Through `sun.misc.Signal`, the only way there is, by reflection: javac warns of that
///   class in a way that cannot be turned off.
final class Signals {
  private static final int INT = 2;
  private static final int TERM = 15;

  private Signals() {}

  /// From now on, calls `handler` with the number of each of those signals, on a thread of its own.
  static void onInterrupt(IntConsumer handler) {
    try {
      catchSignal("INT", INT, handler);
      catchSignal("TERM", TERM, handler);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Not a JVM that lets us, or one started with -Xrs: the signal ends the process, which gives
      // the message back.
    }
  }

  private static void catchSignal(String name, int number, IntConsumer handler)
      throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
    MethodHandle accept =
        MethodHandles.lookup()
            .findVirtual(IntConsumer.class, "accept", MethodType.methodType(void.class, int.class));
    MethodHandle handle =
        MethodHandles.dropArguments(
            MethodHandles.insertArguments(accept, 0, handler, number), 0, signal);
    signal
        .getMethod("handle", signal, signalHandler)
        .invoke(
            null,
            signal.getConstructor(String.class).newInstance(name),
            MethodHandleProxies.asInterfaceInstance(signalHandler, handle));
  }
}
