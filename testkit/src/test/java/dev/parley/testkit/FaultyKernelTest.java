package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyKernelTest {
  private final FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
  private final Kernel kernel = faulty.kernel();
  @TempDir private Path dir;

  @Test
  void failsTheNthCallOnceAndDoesNotMakeIt() throws IOException {
    faulty.fail("makeDirectoryAt", 2, Errno.ENOSPC);
    makeDirectory("a");

    ErrnoException failure = catchThrowableOfType(ErrnoException.class, () -> makeDirectory("b"));
    assertThat(failure.errno()).isEqualTo(Errno.ENOSPC);
    assertThat(failure.call()).isEqualTo("makeDirectoryAt");
    assertThat(failure.path()).isEqualTo(dir.resolve("b").toString());
    assertThat(dir.resolve("b")).doesNotExist();

    makeDirectory("b");
    assertThat(dir.resolve("b")).isDirectory();
    assertThat(faulty.count("makeDirectoryAt")).isEqualTo(3);
  }

  @Test
  void failsFromTheNthCallOnUntilHealed() throws IOException {
    faulty.failFrom("makeDirectoryAt", 1, Errno.EROFS);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> makeDirectory("a")).hasMessageContaining("EROFS");
    }
    faulty.heal();
    makeDirectory("a");
  }

  @Test
  void failsOnlyWhatFits() throws IOException {
    faulty.fail(call -> call.is("makeDirectoryAt") && call.path().endsWith("/b"), 1, Errno.EDQUOT);
    makeDirectory("a");
    assertThatThrownBy(() -> makeDirectory("b")).hasMessageContaining("EDQUOT");
  }

  @Test
  void failsAfterTheCallWasMade() {
    faulty.failAfterDoing("makeDirectoryAt", 1, Errno.EIO);
    assertThatThrownBy(() -> makeDirectory("a")).hasMessageContaining("EIO");
    assertThat(dir.resolve("a")).isDirectory();
  }

  @Test
  void aCloseThatFailsHasClosed() throws IOException {
    Fd fd = open("file", Open.READ_WRITE | Open.CREATE);
    faulty.fail("close", 1, Errno.EIO);
    fd.close();
    assertThat(fd.isOpen()).isFalse();
    assertThat(faulty.count("close")).isEqualTo(1);
  }

  @Test
  void readsAndWritesFallShort() throws IOException {
    faulty.shorten("write", 3).shorten("read", 2);
    try (Fd fd = open("file", Open.READ_WRITE | Open.CREATE)) {
      assertThat(kernel.write(fd, "hello".getBytes(UTF_8), 0, 5)).isEqualTo(3);
      kernel.rewind(fd);
      byte[] into = new byte[9];
      assertThat(kernel.read(fd, into, 0, 9)).isEqualTo(2);
      assertThat(kernel.read(fd, into, 2, 7)).isEqualTo(1);
    }
    assertThat(dir.resolve("file")).hasContent("hel");
  }

  @Test
  void listingsComeInPieces() throws IOException {
    for (String name : List.of("a", "b", "c")) makeDirectory(name);
    faulty.shorten("readDirectory", 2);
    try (Fd fd = kernel.openAt(Fd.CWD, dir.toString(), Open.READ_ONLY | Open.DIRECTORY, 0)) {
      List<String> names = new ArrayList<>(kernel.readDirectory(fd));
      assertThat(names).hasSize(2);
      names.addAll(kernel.readDirectory(fd));
      assertThat(names).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(kernel.readDirectory(fd)).isEmpty();
      kernel.rewind(fd);
      assertThat(kernel.readDirectory(fd)).hasSize(2);
    }
  }

  @Test
  void hooksRunRightBeforeAndAfter() throws IOException {
    List<String> seen = new ArrayList<>();
    faulty
        .before("makeDirectoryAt", 1, call -> seen.add("before " + Files.exists(dir.resolve("a"))))
        .after("makeDirectoryAt", 1, call -> seen.add("after " + Files.exists(dir.resolve("a"))));
    makeDirectory("a");
    assertThat(seen).containsExactly("before false", "after true");
  }

  @Test
  void anyCountsEveryCallThatCanFailExceptClose() throws IOException {
    faulty.fail(FaultyKernel.ANY, 2, Errno.EINTR);
    kernel.effectiveUserId();
    Fd fd = open("file", Open.READ_WRITE | Open.CREATE);
    fd.close();
    assertThatThrownBy(() -> open("file", Open.READ_ONLY)).hasMessageContaining("EINTR");
    assertThat(faulty.count(FaultyKernel.ANY)).isEqualTo(2);
    assertThat(FaultyKernel.failingCalls()).contains("openAt", "fsync").doesNotContain("linux");
  }

  @Test
  void anUnknownCallIsATypingMistake() {
    assertThatThrownBy(() -> faulty.fail("renam", 1, Errno.EIO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("renam");
  }

  private void makeDirectory(String name) throws ErrnoException {
    try (Fd parent = Kernel.linux().openAt(Fd.CWD, dir.toString(), Open.DIRECTORY, 0)) {
      kernel.makeDirectoryAt(parent, name, 0700);
    }
  }

  private Fd open(String name, int flags) throws ErrnoException {
    return kernel.openAt(Fd.CWD, dir.resolve(name).toString(), flags, 0600);
  }
}
