package dev.parley.testkit;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import dev.parley.sys.SocketMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sees every call that is made to a kernel, and decides what becomes of it.
///
/// ```java
/// Kernel noisy = Interceptor.over(Kernel.linux(), call -> {
///   System.err.println(call);
///   return call.proceed();
/// });
/// ```
@FunctionalInterface
public interface Interceptor {
  /// Called instead of the kernel, on the thread that makes the call.
  ///
  /// @return what the caller gets; usually what [Call#proceed] returned
  @Nullable Object intercept(Call call) throws ErrnoException;

  /// A kernel whose calls all go through `interceptor`. It owns the descriptors it hands out, so
  /// their closing goes through it too.
  static Kernel over(Kernel kernel, Interceptor interceptor) {
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              if (method.getDeclaringClass() == Object.class) {
                return ofObject(method.getName(), proxy, given);
              }
              Call call = new Call(method, given, () -> invoke(kernel, method, given));
              return owned(interceptor.intercept(call), (Kernel) proxy);
            });
  }

  @SuppressWarnings("ReferenceEquality") // two kernels are the same only if they are one
  private static Object ofObject(String method, Object proxy, Object[] arguments) {
    return switch (method) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "an intercepted kernel";
    };
  }

  private static @Nullable Object owned(@Nullable Object result, Kernel owner) {
    opened(result).forEach(fd -> fd.ownedBy(owner));
    if (result instanceof Mapping mapping) mapping.ownedBy(owner);
    return result;
  }

  /// The descriptors that a call has opened.
  static List<Fd> opened(@Nullable Object result) {
    return switch (result) {
      case Fd fd -> List.of(fd);
      case Fd[] several -> List.of(several);
      case SocketMessage message -> message.descriptors();
      case null, default -> List.of();
    };
  }

  private static @Nullable Object invoke(Kernel kernel, Method method, Object[] arguments)
      throws ErrnoException {
    try {
      return method.invoke(kernel, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case ErrnoException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
