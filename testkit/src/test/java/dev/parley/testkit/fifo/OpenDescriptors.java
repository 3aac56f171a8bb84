package dev.parley.testkit.fifo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Call;
import dev.parley.testkit.Interceptor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Knows which of the descriptors that were opened through its kernel are still open.
final class OpenDescriptors {
  private final Set<Fd> open = ConcurrentHashMap.newKeySet();
  private final Kernel kernel;

  OpenDescriptors(Kernel real) {
    kernel = Interceptor.over(real, this::intercept);
  }

  Kernel kernel() {
    return kernel;
  }

  /// Fails unless all of them are closed; the watcher's thread closes its own a little later.
  void awaitNone(String when) throws Exception {
    Await.until(
        when + ": nothing is left open",
        () -> {
          assertThat(open.stream().map(Fd::path)).isEmpty();
          return true;
        });
  }

  private Object intercept(Call call) throws ErrnoException {
    Object result = call.proceed();
    if (result instanceof Fd fd) open.add(fd);
    if (result instanceof Fd[] several) open.addAll(List.of(several));
    if (call.is("close")) open.remove(call.fd(0));
    return result;
  }
}
