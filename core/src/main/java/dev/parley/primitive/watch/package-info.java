/// Waiting for the kernel: one thread a process, one inotify instance, one epoll instance, for
/// everybody.
///
/// ```java
/// Watcher watcher = Watcher.acquire(kernel);
/// Watcher.Registration watch = watcher.watch(dir, InotifyEvent.MOVED_TO, event -> look());
/// // ... and when it is not needed any more:
/// watch.close();
/// watcher.release();
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.watch;
