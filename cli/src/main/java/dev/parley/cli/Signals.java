package dev.parley.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/// Catches SIGHUP, SIGINT and SIGTERM, until closed, so that a message in hand can be finished.
///
/// @implNote Through `sun.misc.Signal`, the only way there is, by reflection: javac warns of that
///   class in a way that cannot be turned off.
final class Signals implements AutoCloseable {
  private static final Map<String, Integer> CAUGHT = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  private final Map<String, Object> before = new LinkedHashMap<>();

  /// From now on, `handler` gets the number of each of those signals, on a thread of its own.
  Signals(IntConsumer handler) {
    try {
      for (Map.Entry<String, Integer> signal : CAUGHT.entrySet()) {
        Object ours = handlerFor(signal.getValue(), handler);
        before.put(signal.getKey(), handle(signal.getKey(), ours));
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Not a JVM that lets us, or one started with -Xrs: the signal ends the process, which gives
      // the message back.
    }
  }

  @Override
  public void close() {
    try {
      for (Map.Entry<String, Object> signal : before.entrySet()) {
        handle(signal.getKey(), signal.getValue());
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // It worked before; and the process is about to end.
    }
  }

  private static Object handlerFor(int number, IntConsumer handler)
      throws ReflectiveOperationException {
    MethodHandle accept =
        MethodHandles.lookup()
            .findVirtual(IntConsumer.class, "accept", MethodType.methodType(void.class, int.class));
    MethodHandle handle =
        MethodHandles.dropArguments(
            MethodHandles.insertArguments(accept, 0, handler, number),
            0,
            Class.forName("sun.misc.Signal"));
    return MethodHandleProxies.asInterfaceInstance(Class.forName("sun.misc.SignalHandler"), handle);
  }

  /// @return the handler before
  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }
}
