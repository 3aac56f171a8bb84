package dev.parley.sys;

import java.io.IOException;

/// A system call failed. The message names the call, the path (or both paths) and the kernel's
/// reason:
///
/// ```text
/// openat /srv/space/queue: permission denied (EACCES)
/// renameat2 /srv/a to /srv/b: no such file or directory (ENOENT)
/// ioctl /srv/a: unlisted error (errno 133)
/// ```
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final String path;
  private final String target;
  private final Errno errno;
  private final int number;

  /// For a call with one path, or none (an empty one).
  public ErrnoException(String call, String path, Errno errno) {
    this(call, path, "", errno, errno.number());
  }

  /// The same, with the kernel's number, which need not be a listed one.
  public ErrnoException(String call, String path, int number) {
    this(call, path, "", Errno.of(number), number);
  }

  /// For a call with two paths: rename, link.
  public ErrnoException(String call, String path, String target, int number) {
    this(call, path, target, Errno.of(number), number);
  }

  private ErrnoException(String call, String path, String target, Errno errno, int number) {
    super(message(call, path, target, errno, number));
    this.call = call;
    this.path = path;
    this.target = target;
    this.errno = errno;
    this.number = number;
  }

  private static String message(String call, String path, String target, Errno errno, int number) {
    StringBuilder message = new StringBuilder(call);
    if (!path.isEmpty()) message.append(' ').append(path);
    if (!target.isEmpty()) message.append(" to ").append(target);
    message.append(": ").append(reason(call, errno));
    return message
        .append(errno == Errno.OTHER ? " (errno " + number + ")" : " (" + errno + ")")
        .toString();
  }

  /// Calls about inotify use two errnos in a sense of their own.
  private static String reason(String call, Errno errno) {
    if (!call.startsWith("inotify")) return errno.reason();
    return switch (errno) {
      case ENOSPC -> "the limit on inotify watches of this user is reached";
      case EMFILE ->
          "the limit on inotify instances of this user, or on open files of this process, is reached";
      default -> errno.reason();
    };
  }

  /// The system call's name.
  public String call() {
    return call;
  }

  /// The path it was given, or the first of two; empty for calls without.
  public String path() {
    return path;
  }

  /// The second path of a rename or a link; empty for other calls.
  public String target() {
    return target;
  }

  public Errno errno() {
    return errno;
  }

  /// The kernel's number, kept even where [#errno] is [Errno#OTHER].
  public int number() {
    return number;
  }

  public boolean is(Errno expected) {
    return errno == expected;
  }
}
