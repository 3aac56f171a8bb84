package dev.parley.testkit;

import dev.parley.sys.Mapping;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A mapping of which somebody sees every access: each get, set, put and compare-and-set.
final class WatchedMemory {
  private static final Set<String> NO_ACCESS =
      Set.of("sizeBytes", "close", "isOpen", "pin", "unpin", "ownedBy", "release", "toString");

  private WatchedMemory() {}

  /// Called instead of an access, on the thread that makes it.
  interface Watch {
    @Nullable Object access(Callable<@Nullable Object> access) throws Exception;
  }

  static Mapping over(Mapping memory, Watch watch) {
    return (Mapping)
        Proxy.newProxyInstance(
            Mapping.class.getClassLoader(),
            new Class<?>[] {Mapping.class},
            (_, method, arguments) -> {
              if (NO_ACCESS.contains(method.getName())) return invoke(memory, method, arguments);
              if (method.getName().equals("slice")) {
                return over(memory.slice((Long) arguments[0], (Long) arguments[1]), watch);
              }
              return watch.access(() -> invoke(memory, method, arguments));
            });
  }

  private static @Nullable Object invoke(
      Mapping memory, Method method, Object @Nullable [] arguments) throws Exception {
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case Exception failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }
}
