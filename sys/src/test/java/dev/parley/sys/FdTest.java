package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;

  @Test
  void aSecondCloseDoesNotTouchTheStrangerWhoGotTheNumber() throws Exception {
    Fd first = open("first");
    int number = first.number();
    first.close();
    try (Fd stranger = open("stranger")) {
      assertThat(stranger.number()).as("Linux hands out the lowest free number").isEqualTo(number);
      first.close();
      kernel.close(first);
      assertThat(kernel.status(stranger).isRegular()).isTrue();
    }
  }

  @Test
  void aClosedDescriptorCannotBeUsed() throws Exception {
    Fd fd = open("file");
    assertThat(fd.isOpen()).isTrue();
    fd.close();
    assertThat(fd.isOpen()).isFalse();
    assertThatThrownBy(() -> kernel.status(fd))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(temp + "/file is already closed");
  }

  @Test
  void aWrappingKernelSeesTheOneCloseOfADescriptorItOwns() throws Exception {
    List<String> calls = new ArrayList<>();
    Kernel wrapper = recording(calls);
    Fd fd = wrapper.openAt(Fd.CWD, temp + "/file", Open.CREATE | Open.WRITE_ONLY, 0600);
    fd.close();
    fd.close();
    assertThat(calls).containsExactly("openAt", "close");
    assertThat(fd.isOpen()).isFalse();
  }

  @Test
  void theConstantsAreLentAndSurviveClose() throws Exception {
    Fd.STDERR.close();
    Fd.CWD.close();
    assertThat(Fd.STDERR.isOpen()).isTrue();
    assertThat(kernel.status(Fd.STDERR).mode()).isPositive();
    assertThatThrownBy(() -> Fd.CWD.ownedBy(kernel)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pathsAreRelativeToTheDirectoryThatWasOpened() throws Exception {
    try (Fd root = kernel.openAt(Fd.CWD, "/", Open.PATH, 0);
        Fd tmp = kernel.openAt(root, "tmp", Open.PATH, 0)) {
      assertThat(tmp.path()).isEqualTo("/tmp");
      assertThat(tmp.path("a")).isEqualTo("/tmp/a");
      assertThat(tmp.path("/etc")).isEqualTo("/etc");
      assertThat(tmp.path("")).isEqualTo("/tmp");
      assertThat(Fd.CWD.path("/etc")).isEqualTo("/etc");
      assertThat(tmp).hasToString("/tmp (descriptor " + tmp.number() + ")");
    }
  }

  private Fd open(String name) throws ErrnoException {
    return kernel.openAt(Fd.CWD, temp + "/" + name, Open.CREATE | Open.WRITE_ONLY, 0600);
  }

  /// A kernel that passes every call on, having noted its name.
  private Kernel recording(List<String> calls) {
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              try {
                Object result = method.invoke(kernel, arguments);
                return result instanceof Fd fd ? fd.ownedBy((Kernel) proxy) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
