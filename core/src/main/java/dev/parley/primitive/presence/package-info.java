/// What the kernel tells of processes and files: who has one open, who holds a lock on it and who
/// waits for that, who listens, who is connected; and how near the kernel's limits are.
///
/// Reads /proc, and asks netlink for sockets; opens nothing of what it is asked about. Calls
/// `dev.parley.sys` and `dev.parley.primitive.file`.
///
/// ```java
/// try (Route route = Route.of(kernel, Path.of("/var/lock/backup"))) {
///   Fd file = route.end();
///   if (file != null) {
///     for (Tie tie : Presence.at(kernel, file).ties()) System.out.println(tie);
///   }
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.presence;
