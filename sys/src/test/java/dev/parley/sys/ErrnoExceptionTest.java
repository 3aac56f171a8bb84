package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrnoExceptionTest {
  @Test
  void theMessageNamesTheCallThePathAndTheReason() {
    assertThat(new ErrnoException("openat", "/srv/q", Errno.EACCES))
        .hasMessage("openat /srv/q: permission denied (EACCES)");
  }

  @Test
  void theMessageOfARenameNamesBothPaths() {
    ErrnoException failure = new ErrnoException("renameat2", "/srv/a", "/srv/b", 2);
    assertThat(failure)
        .hasMessage("renameat2 /srv/a to /srv/b: no such file or directory (ENOENT)");
    assertThat(failure.path()).isEqualTo("/srv/a");
    assertThat(failure.target()).isEqualTo("/srv/b");
  }

  @Test
  void aCallWithoutAPathIsNamedAlone() {
    assertThat(new ErrnoException("pipe2", "", Errno.EMFILE).getMessage())
        .startsWith("pipe2: too many open files");
  }

  @Test
  void inotifyHasItsOwnSenseOfTwoReasons() {
    assertThat(new ErrnoException("inotify_add_watch", "/srv/q", Errno.ENOSPC))
        .hasMessageContaining("limit on inotify watches");
    assertThat(new ErrnoException("inotify_init1", "", Errno.EMFILE))
        .hasMessageContaining("limit on inotify instances");
    assertThat(new ErrnoException("write", "/srv/q", Errno.ENOSPC))
        .hasMessage("write /srv/q: no space left on the device (ENOSPC)");
  }

  @Test
  void anUnlistedNumberIsKept() {
    ErrnoException failure = new ErrnoException("ioctl", "/srv/q", 133);
    assertThat(failure).hasMessage("ioctl /srv/q: unlisted error (errno 133)");
    assertThat(failure.errno()).isEqualTo(Errno.OTHER);
    assertThat(failure.is(Errno.OTHER)).isTrue();
    assertThat(failure.number()).isEqualTo(133);
  }

  @Test
  void everyListedNumberFindsItsConstant() {
    assertThat(Stream.of(Errno.values()).filter(e -> e != Errno.OTHER))
        .allMatch(e -> Errno.of(e.number()) == e)
        .allMatch(e -> new ErrnoException("call", "", e.number()).is(e));
  }
}
