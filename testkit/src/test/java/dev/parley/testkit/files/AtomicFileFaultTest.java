package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.AtomicNames;
import dev.parley.primitive.atomic.Replacement;
import dev.parley.primitive.atomic.WriteOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Call;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Owners, ACLs and attributes; what others do in the middle of a write; calls that fail.
class AtomicFileFaultTest {
  private static final WriteOptions OPTIONS = WriteOptions.defaults();
  private static final int NOBODY = 65534;

  @TempDir(factory = InMemory.class)
  private Path directory;

  private final FaultyKernel faulty = FaultyKernel.over(Kernel.linux());

  private Path path() {
    return directory.resolve("stock");
  }

  private void write(WriteOptions options, String content) throws Exception {
    try (AtomicFile file = AtomicFile.at(faulty.kernel(), path(), options)) {
      file.write(content.getBytes(UTF_8));
    }
  }

  private interface Act {
    void run() throws IOException;
  }

  private static Consumer<Call> doing(Act act) {
    return _ -> {
      try {
        act.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  // ---- who owns it

  @Test
  void ownerAndGroupAreKept() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving files away takes root");
    write(OPTIONS, "old");
    Files.setAttribute(path(), "unix:uid", NOBODY);
    Files.setAttribute(path(), "unix:gid", NOBODY);
    Files.setAttribute(path(), "unix:mode", 0660);
    write(OPTIONS, "new");
    assertThat(path()).hasContent("new");
    for (Path each : new Path[] {path(), directory.resolve(".stock.lock")}) {
      assertThat(Files.getAttribute(each, "unix:uid")).as("%s", each).isEqualTo(NOBODY);
      assertThat(Files.getAttribute(each, "unix:gid")).as("%s", each).isEqualTo(NOBODY);
      assertThat(Files.getAttribute(each, "unix:mode")).as("%s", each).isEqualTo(0100660);
    }
  }

  @Test
  void anOwnerThatCannotBeKeptIsRefusedUnlessAllowed() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: giving files away takes root");
    write(OPTIONS, "old");
    Files.setAttribute(path(), "unix:uid", NOBODY);
    Files.setAttribute(path(), "unix:gid", NOBODY);
    Files.setAttribute(path(), "unix:mode", 0660);
    faulty.failFrom("changeOwner", 1, Errno.EPERM);
    assertThatThrownBy(() -> write(OPTIONS, "new"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("user 65534");
    assertThat(path()).hasContent("old");
    write(OPTIONS.withNewOwner(true), "new");
    assertThat(path()).hasContent("new");
    assertThat(Files.getAttribute(path(), "unix:uid")).isEqualTo(0);
    assertThat(Files.getAttribute(path(), "unix:mode"))
        .as("not for another group")
        .isEqualTo(0100600);
  }

  @Test
  void aLockThatSomebodyElseHasMadeForHimselfIsToldWithTheRemedy() throws Exception {
    write(OPTIONS, "old");
    faulty.failFrom(
        call -> call.is("openAt") && call.text(1).equals(".stock.lock"), 1, Errno.EACCES);
    assertThatThrownBy(() -> write(OPTIONS, "new"))
        .isInstanceOf(ParleyException.class)
        .hasMessageContaining("EACCES")
        .hasMessageContaining("chown --reference=" + path());
  }

  // ---- attributes

  @Test
  void userAttributesAreCopied() throws Exception {
    write(OPTIONS, "old");
    assumeTrue(takesAttributes(), "skipped: no user.* attributes on " + directory);
    write(OPTIONS, "new");
    assertThat(Acl.of(path(), "user.colour")).isEqualTo("red".getBytes(UTF_8));
  }

  private boolean takesAttributes() throws IOException {
    try {
      Acl.set(path(), "user.colour", "red".getBytes(UTF_8));
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP)) return false;
      throw e;
    }
  }

  @Test
  void anAclIsCopiedAndOneOfTheDirectoryAloneIsNot() throws Exception {
    write(OPTIONS, "old");
    assumeTrue(takesAcls(), "skipped: no ACLs on " + directory);
    write(OPTIONS, "new");
    assertThat(Acl.of(path(), Acl.ACCESS)).isEqualTo(Acl.forNobody());
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100660);
    Files.delete(path());
    write(OPTIONS.withMode(0660), "without");
    Acl.set(directory, Acl.DEFAULT, Acl.forNobody());
    write(OPTIONS, "without still");
    assertThat(Acl.of(path(), Acl.ACCESS)).isEmpty();
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100660);
  }

  private boolean takesAcls() throws IOException {
    try {
      Acl.set(path(), Acl.ACCESS, Acl.forNobody());
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP)) return false;
      throw e;
    }
  }

  @Test
  void aFilesystemWithoutAttributesIsFine() throws Exception {
    faulty.failFrom("listAttributes", 1, Errno.EOPNOTSUPP);
    faulty.failFrom("removeAttribute", 1, Errno.EOPNOTSUPP);
    write(OPTIONS, "old");
    write(OPTIONS, "new");
    assertThat(path()).hasContent("new");
  }

  // ---- what others do meanwhile

  @Test
  void aModeThatIsChangedMeanwhileIsKept() throws Exception {
    write(OPTIONS.withMode(0644), "old");
    faulty.after("changeMode", 1, doing(() -> Files.setAttribute(path(), "unix:mode", 0600)));
    write(OPTIONS, "new");
    assertThat(path()).hasContent("new");
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100600);
  }

  @Test
  void aFileThatAnotherProgramMakesMeanwhileIsNotReplacedByCreate() throws Exception {
    for (String call : new String[] {"renameNoReplaceAt", "linkAt"}) {
      FaultyKernel racing = FaultyKernel.over(Kernel.linux());
      if (call.equals("linkAt")) racing.failFrom("renameNoReplaceAt", 1, Errno.EINVAL);
      racing.before(
          each -> each.is(call) && each.target().equals(path().toString()),
          1,
          doing(() -> Files.writeString(path(), "theirs")));
      try (AtomicFile file = AtomicFile.at(racing.kernel(), path(), OPTIONS)) {
        assertThat(file.create("ours".getBytes(UTF_8))).isFalse();
      }
      assertThat(path()).hasContent("theirs");
      Files.delete(path());
    }
  }

  @Test
  void aDirectoryThatMayNotBeReadIsSaidBeforeAnythingIsDone() throws Exception {
    faulty.failFrom(
        call -> call.is("openAt") && call.text(1).equals(".") && call.number(2) < 0x100000,
        1,
        Errno.EACCES);
    assertThatThrownBy(() -> write(OPTIONS, "new"))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    assertThat(directory).isEmptyDirectory();
    write(OPTIONS.withDurable(false), "new");
    assertThat(path()).hasContent("new");
  }

  // ---- syncs

  @Test
  void aSyncThatFailsBeforeTheRenameChangesNothing() throws Exception {
    write(OPTIONS, "old");
    faulty.fail(call -> call.is("fsync") && !isDirectory(call), 1, Errno.EIO);
    assertThatThrownBy(() -> write(OPTIONS, "new")).isInstanceOf(ErrnoException.class);
    assertThat(path()).hasContent("old");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("stock", ".stock.lock");
  }

  @Test
  void aSyncOfTheDirectoryThatFailsLeavesTheOutcomeUnknown() throws Exception {
    write(OPTIONS, "old");
    faulty.fail(this::isDirectorySync, 1, Errno.EIO);
    assertThatThrownBy(() -> write(OPTIONS, "new"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("power cut");
    assertThat(path()).hasContent("new");
  }

  private boolean isDirectorySync(Call call) {
    return call.is("fsync") && isDirectory(call);
  }

  private boolean isDirectory(Call call) {
    return call.path().equals(directory.toString()) || call.path().equals(directory + "/.");
  }

  @Test
  void aFullDiskLeavesTheOldVersion() throws Exception {
    write(OPTIONS, "old");
    faulty.fail("write", 1, Errno.ENOSPC);
    assertThatThrownBy(() -> write(OPTIONS, "new")).isInstanceOf(ErrnoException.class);
    assertThat(path()).hasContent("old");
    try (AtomicFile file = AtomicFile.at(faulty.kernel(), path(), OPTIONS);
        Replacement replacement = file.replace()) {
      faulty.fail("write", 1, Errno.ENOSPC);
      assertThatThrownBy(() -> replacement.write(new byte[10])).isInstanceOf(ErrnoException.class);
    }
    assertThat(path()).hasContent("old");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("stock", ".stock.lock");
  }

  @Test
  void aCommitThatFailedIsTriedAgain() throws Exception {
    try (AtomicFile file = AtomicFile.at(faulty.kernel(), path(), OPTIONS.withChecksum(true));
        Replacement replacement = file.replace()) {
      replacement.write("new".getBytes(UTF_8));
      faulty.fail("renameAt", 1, Errno.EIO);
      assertThatThrownBy(replacement::commit).isInstanceOf(ErrnoException.class);
      replacement.commit();
      assertThat(file.read()).contains("new".getBytes(UTF_8));
    }
  }

  // ---- names

  @Test
  void aMoveReplacesNothing() throws Exception {
    Path other = directory.resolve("other");
    Files.writeString(path(), "one");
    Files.writeString(other, "two");
    for (boolean old : new boolean[] {false, true}) {
      Kernel kernel = old ? Kernels.ofAnOldFilesystem() : Kernel.linux();
      assertThat(AtomicNames.moveNoReplace(kernel, path(), other)).isFalse();
      assertThat(path()).hasContent("one");
      Files.delete(other);
      assertThat(AtomicNames.moveNoReplace(kernel, path(), other)).isTrue();
      assertThat(path()).doesNotExist();
      assertThat(other).hasContent("one");
      assertThatThrownBy(
              () -> AtomicNames.moveNoReplace(kernel, path(), directory.resolve("third")))
          .hasMessageContaining("ENOENT");
      Files.writeString(path(), "one");
    }
  }

  @Test
  void anExchangeIsOneStep() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(path(), "one");
    AtomicNames.exchange(path(), other);
    assertThat(path()).isDirectory();
    assertThat(other).hasContent("one");
    assertThatThrownBy(() -> AtomicNames.exchange(Kernels.ofAnOldFilesystem(), path(), other))
        .hasMessageContaining("EINVAL");
    faulty.fail("fsync", 1, Errno.EIO);
    assertThatThrownBy(() -> AtomicNames.exchange(faulty.kernel(), path(), other))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(path()).hasContent("one");
  }
}
