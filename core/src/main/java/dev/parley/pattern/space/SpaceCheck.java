package dev.parley.pattern.space;

import dev.parley.BadFormatException;
import dev.parley.Space.Finding;
import dev.parley.UnsafePathException;
import dev.parley.pattern.lock.NamedLock;
import dev.parley.pattern.member.Findings;
import dev.parley.pattern.member.Members;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.member.Names;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.pattern.topic.TopicCheck;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Looks for everything in a space that is not as `docs/layout.md` says, and mends it if asked to.
final class SpaceCheck {
  private static final Set<String> KNOWN =
      Set.of(
          "parley-space",
          "epoch",
          "epoch.next",
          "members",
          "locks",
          "queues",
          "topics",
          "subscriptions");

  private final SpaceFolder folder;
  private final Membership membership;
  private final SpaceHoldings holdings;
  private final QueueStores stores;
  private final Findings findings;

  SpaceCheck(
      SpaceFolder folder,
      Membership membership,
      SpaceHoldings holdings,
      QueueStores stores,
      boolean repair) {
    this.folder = folder;
    this.membership = membership;
    this.holdings = holdings;
    this.stores = stores;
    this.findings = new Findings(folder.root().path(), repair);
  }

  List<Finding> run() throws IOException {
    Dir root = folder.root();
    for (String name : root.names()) {
      if (!KNOWN.contains(name)) {
        findings.report(
            root.pathOf(name), "it does not belong here", "nothing; look at it, and remove it");
      }
    }
    findings.reportLeftovers(root);
    checkMembers();
    checkAll(SpaceFolder.QUEUES, Names::isQueue, (dir, name) -> stores.check(findings, dir, name));
    checkAll(
        SpaceFolder.TOPICS,
        Names::isTopic,
        (dir, name) -> new TopicCheck(findings, dir, name).run());
    checkAll(
        SpaceFolder.LOCKS,
        name -> Names.isLock(name) || Names.OWN_LOCKS.contains(name),
        NamedLock::check);
    checkAll(SpaceFolder.SUBSCRIPTIONS, Names::isQueue, PropertiesFile::tryRead);
    return findings.all();
  }

  private interface Check {
    void run(Dir dir, String name) throws IOException;
  }

  private void checkAll(String name, Predicate<String> isName, Check check) throws IOException {
    try (Dir dir = findings.open(folder.root(), name)) {
      if (dir == null) return;
      findings.reportLeftovers(dir);
      for (String each : dir.names()) {
        if (isName.test(each)) {
          checkOne(dir, each, check);
        } else {
          findings.report(
              dir.pathOf(each),
              "nothing can be called that, so no command reaches it",
              "nothing; rename it, or remove it");
        }
      }
    }
  }

  /// What cannot be looked at must not hide the rest.
  private void checkOne(Dir dir, String name, Check check) throws IOException {
    try {
      check.run(dir, name);
    } catch (BadFormatException | UnsafePathException e) {
      findings.report(dir.pathOf(name), String.valueOf(e.getMessage()), "nothing; look at it");
    } catch (ErrnoException e) {
      if (!e.is(Errno.EACCES) && !e.is(Errno.EPERM)) throw e;
      findings.report(
          dir.pathOf(name), String.valueOf(e.getMessage()), "nothing; ask its owner for access");
    }
  }

  private void checkMembers() throws IOException {
    try (Dir dir = findings.open(folder.root(), SpaceFolder.MEMBERS)) {
      if (dir == null) return;
      findings.reportLeftovers(dir);
      Members members = membership.members();
      for (String id : members.ids()) {
        if (members.state(id) == Members.State.DEAD) {
          findings.report(
              dir.pathOf(id), "the member is dead", "give back what it held", membership::reap);
        }
      }
      for (String id : holdings.holders()) {
        if (members.state(id) == Members.State.ABSENT) {
          findings.report(
              dir.pathOf(id),
              "a member without a file holds something",
              "give back what it held",
              membership::reap);
        }
      }
    } catch (BadFormatException e) {
      findings.report(
          folder.root().path(), String.valueOf(e.getMessage()), "nothing; see the other findings");
    }
  }
}
