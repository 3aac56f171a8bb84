/// Linux system calls, typed; the only place in Parley that touches native memory.
///
/// [Kernel] is the seam: the interface everything above calls, with one method for one call.
/// [Kernel#linux] is the real one. A test wraps it to make calls fail (see [Fd#ownedBy]); where
/// there is no Linux another implementation stands in. This package knows nothing of spaces, queues
/// or locks' meaning and calls nothing else of Parley.
///
/// ```java
/// Kernel kernel = Kernel.linux();
/// try (Fd dir = kernel.openAt(Fd.CWD, "/tmp", Open.PATH | Open.DIRECTORY, 0);
///     Fd file = kernel.openAt(dir, "greeting", Open.CREATE | Open.WRITE_ONLY, 0600)) {
///   byte[] text = "hello\n".getBytes(UTF_8);
///   kernel.write(file, text, 0, text.length);
///   kernel.fsync(file);
///   kernel.renameAt(dir, "greeting", dir, "published");
/// } catch (ErrnoException e) {
///   if (e.is(Errno.EACCES)) System.err.println(e.getMessage());
/// }
/// ```
///
/// # How it is built
///
/// ```text
///   Kernel = FileCalls + LockCalls + WaitCalls + ProcessCalls + PipeCalls
///     ^        + NetlinkCalls + MemoryCalls + SocketCalls
///     |            ^
///     |       LinuxFileCalls ... -> Calls -> Scratch -> Libc -> syscall(2)
///     |            |                 |
///   LinuxKernel    Spawner       Syscall (numbers), Structs, Constants, Machine, Names
/// ```
///
/// `Libc` has one handle of one shape for every call, because each further shape costs about 10 ms
/// at start-up. `Scratch` is the native memory of one call, borrowed from a pool, so a call
/// allocates nothing but what it returns.
///
/// # How to add a system call, in ten lines
///
/// 1. `Syscall`: its number on both machines, `FCHMOD(91, 52)`.
/// 2. `Constants`: the numbers it needs, under their C names; `Structs`: the struct, if it has one.
/// 3. The interface of its area, such as [FileCalls]: the method, with what it guarantees and its
///    errnos.
/// 4. That interface's twin, `LinuxFileCalls`: the method, mostly one line over a shape of `Calls`:
///
///    ```java
///    default void changeMode(Fd fd, int mode) throws ErrnoException {
///      Calls.on(FCHMOD, fd, mode, 0);
///    }
///    ```
///
/// 5. A test of what it does. That the numbers are right, `HeadersTest` checks by itself.
package dev.parley.sys;
