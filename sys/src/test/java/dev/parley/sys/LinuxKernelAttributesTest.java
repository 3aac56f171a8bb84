package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxKernelAttributesTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd file;

  @BeforeEach
  void open() throws ErrnoException {
    file = kernel.openAt(Fd.CWD, temp.resolve("f").toString(), Open.CREATE | Open.READ_WRITE, 0600);
    assumeTrue(hasAttributes(), "skipped: " + temp + " has no user.* attributes");
  }

  private boolean hasAttributes() throws ErrnoException {
    try {
      kernel.setAttribute(file, "user.probe", new byte[0]);
      return kernel.removeAttribute(file, "user.probe");
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP)) return false;
      throw e;
    }
  }

  @AfterEach
  void close() {
    file.close();
  }

  @Test
  void valuesAreKeptReplacedAndRemoved() throws ErrnoException {
    assertThat(kernel.attribute(file, "user.colour")).isNull();
    kernel.setAttribute(file, "user.colour", new byte[] {1, 0, 2});
    kernel.setAttribute(file, "user.größe", new byte[0]);
    assertThat(kernel.listAttributes(file)).contains("user.colour", "user.größe");
    assertThat(kernel.attribute(file, "user.colour")).containsExactly(1, 0, 2);
    assertThat(kernel.attribute(file, "user.größe")).isEmpty();
    kernel.setAttribute(file, "user.colour", new byte[] {3});
    assertThat(kernel.attribute(file, "user.colour")).containsExactly(3);
    assertThat(kernel.removeAttribute(file, "user.colour")).isTrue();
    assertThat(kernel.removeAttribute(file, "user.colour")).isFalse();
    assertThat(kernel.attribute(file, "user.colour")).isNull();
  }

  @Test
  void makingReplacesNothingAndReplacingMakesNothing() throws ErrnoException {
    assertThat(kernel.replaceAttribute(file, "user.state", new byte[] {1})).isFalse();
    assertThat(kernel.attribute(file, "user.state")).isNull();
    assertThat(kernel.createAttribute(file, "user.state", new byte[] {2})).isTrue();
    assertThat(kernel.createAttribute(file, "user.state", new byte[] {3})).isFalse();
    assertThat(kernel.attribute(file, "user.state")).containsExactly(2);
    assertThat(kernel.replaceAttribute(file, "user.state", new byte[] {4})).isTrue();
    assertThat(kernel.attribute(file, "user.state")).containsExactly(4);
  }

  @Test
  void whatIsNotPossibleSaysWhy() {
    ErrnoException e =
        catchThrowableOfType(
            ErrnoException.class, () -> kernel.setAttribute(file, "nonsense", new byte[1]));
    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(e).hasMessageContaining("fsetxattr " + temp.resolve("f"));
    ErrnoException large =
        catchThrowableOfType(
            ErrnoException.class, () -> kernel.setAttribute(file, "user.x", new byte[300 << 10]));
    assertThat(large.errno()).isEqualTo(Errno.E2BIG);
  }
}
