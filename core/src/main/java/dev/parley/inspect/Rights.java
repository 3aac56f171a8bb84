package dev.parley.inspect;

import dev.parley.primitive.file.Accounts;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a file's permissions mean, and for whom. Source: inode(7), acl(5), path_resolution(7); book
/// 0.3.
///
/// @param rights the caller's own first, as the kernel decides it; then those by mode and ACL, in
///   the order in which the kernel looks: it takes the first that fits, and no other
/// @param notes what setuid, setgid and sticky bits mean here
public record Rights(List<Right> rights, List<String> notes) {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int STICKY = 01000;

  /// @param who `you`, `owner NAME`, `user NAME`, `group NAME` or `others`
  /// @param may what they may do, in words for this kind of file; empty for nothing
  public record Right(String who, List<String> may) {}

  static Rights of(Kernel kernel, Fd fd, FileStatus status) throws IOException {
    List<Right> rights = new ArrayList<>();
    if (!status.isSymlink()) {
      int own = 0;
      for (int right : new int[] {READ, WRITE, EXECUTE}) {
        if (kernel.isPermitted(fd, right)) own |= right;
      }
      rights.add(new Right("you", verbs(status, own)));
      byte[] attribute = Inspection.attribute(kernel, fd, "system.posix_acl_access");
      AccessList list = AccessList.parse(attribute);
      if (list.entries().isEmpty()) {
        byMode(status, rights);
      } else {
        byList(status, list, rights);
      }
    }
    return new Rights(List.copyOf(rights), notes(kernel, fd, status));
  }

  private static void byMode(FileStatus status, List<Right> rights) throws IOException {
    int mode = status.permissions();
    rights.add(new Right("owner " + Accounts.userName(status.uid()), verbs(status, mode >> 6)));
    rights.add(new Right("group " + Accounts.groupName(status.gid()), verbs(status, mode >> 3)));
    rights.add(new Right("others", verbs(status, mode)));
  }

  private static void byList(FileStatus status, AccessList list, List<Right> rights)
      throws IOException {
    for (AccessList.Entry entry : list.entries()) {
      String who =
          switch (entry.tag()) {
            case OWNER -> "owner " + Accounts.userName(status.uid());
            case USER -> "user " + Accounts.userName(entry.id());
            case OWNING_GROUP -> "group " + Accounts.groupName(status.gid());
            case GROUP -> "group " + Accounts.groupName(entry.id());
            case OTHERS -> "others";
            case MASK -> "";
          };
      if (!who.isEmpty()) rights.add(new Right(who, verbs(status, list.effective(entry))));
    }
  }

  /// What three bits mean for a kind of file.
  private static List<String> verbs(FileStatus status, int bits) {
    boolean reads = (bits & READ) != 0;
    boolean writes = (bits & WRITE) != 0;
    boolean executes = (bits & EXECUTE) != 0;
    List<String> verbs = new ArrayList<>();
    if (status.isDirectory()) {
      if (reads) verbs.add("list");
      if (executes) verbs.add("enter");
      if (writes && executes) verbs.add("make, rename and remove names");
    } else if (status.isFifo()) {
      if (reads) verbs.add("receive");
      if (writes) verbs.add("send");
    } else if (status.isSocket()) {
      if (writes) verbs.add("connect and send");
    } else {
      if (reads) verbs.add("read");
      if (writes) verbs.add("write");
      if (executes && status.isRegular()) verbs.add("run");
    }
    return List.copyOf(verbs);
  }

  private static List<String> notes(Kernel kernel, Fd fd, FileStatus status) throws IOException {
    List<String> notes = new ArrayList<>();
    int mode = status.permissions();
    if (status.isDirectory()) {
      if ((mode & STICKY) != 0) {
        notes.add(
            "sticky: a name in it may be renamed or removed by the owner of what it names, by "
                + Accounts.userName(status.uid())
                + " and by root only");
      }
      if ((mode & SETGID) != 0) {
        notes.add("setgid: what is made in it gets group " + Accounts.groupName(status.gid()));
      }
      if (Inspection.attribute(kernel, fd, "system.posix_acl_default").length > 0) {
        notes.add("default ACL: what is made in it gets that, whatever the umask");
      }
    } else if (status.isRegular()) {
      if ((mode & SETUID) != 0) notes.add("setuid: runs as " + Accounts.userName(status.uid()));
      if ((mode & SETGID) != 0 && (mode & 010) != 0) {
        notes.add("setgid: runs as group " + Accounts.groupName(status.gid()));
      }
    }
    return List.copyOf(notes);
  }

  /// Who may rename, replace or remove the name of `file`: those who may write to its directory.
  static String renamers(FileStatus directory, FileStatus file) throws IOException {
    List<String> who = new ArrayList<>(List.of("root"));
    int mode = directory.permissions();
    boolean sticky = (mode & STICKY) != 0;
    if (directory.uid() != 0 && (mode & 0300) == 0300) add(who, directory.uid());
    if (sticky) {
      if (file.uid() != 0) add(who, file.uid());
      return String.join(", ", who);
    }
    if ((mode & 030) == 030) who.add("group " + Accounts.groupName(directory.gid()));
    if ((mode & 03) == 03) who.add("everybody");
    return String.join(", ", who);
  }

  private static void add(List<String> who, int uid) throws IOException {
    String name = Accounts.userName(uid);
    if (!who.contains(name)) who.add(name);
  }
}
