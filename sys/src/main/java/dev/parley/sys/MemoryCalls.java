package dev.parley.sys;

/// Memory that processes share: mapped files, anonymous files with seals, and waiting for a word to
/// change. Part of [Kernel].
public interface MemoryCalls {

  // ---- memory

  /// mmap(2) with MAP_SHARED, from the file's start, for reading and writing. The descriptor may be
  /// closed afterwards.
  ///
  /// A length beyond the file's end is mapped, and not to be touched there: see [Mapping].
  ///
  /// @throws ErrnoException ENOMEM; ENODEV: the filesystem cannot; EACCES: not open for both;
  ///   EPERM: sealed against writing
  Mapping map(Fd fd, long lengthBytes) throws ErrnoException;

  /// mmap(2) with MAP_ANONYMOUS: zeroed memory of this process alone.
  Mapping mapAnonymous(long lengthBytes) throws ErrnoException;

  /// munmap(2), once nobody waits inside. Call [Mapping#close] instead.
  void unmap(Mapping mapping) throws ErrnoException;

  /// fallocate(2) with mode 0: bytes [0, lengthBytes) of the file have room on the device, and the
  /// file is at least that long.
  ///
  /// @throws ErrnoException ENOSPC, EDQUOT; EOPNOTSUPP where the filesystem cannot
  void allocate(Fd fd, long lengthBytes) throws ErrnoException;

  // ---- memfds

  /// memfd_create(2): an empty file in memory without a path, which can be sealed. `name` is for
  /// people who look into /proc.
  Fd memfdCreate(String name) throws ErrnoException;

  /// F_ADD_SEALS; see [Seal]. They cannot be taken off again.
  ///
  /// @throws ErrnoException EPERM: sealed by [Seal#SEAL], or not open for writing; EBUSY: is mapped
  ///   for writing; EINVAL: not a file that can be sealed
  void addSeals(Fd fd, int seals) throws ErrnoException;

  /// F_GET_SEALS.
  ///
  /// @throws ErrnoException EINVAL: not a file that can be sealed
  int seals(Fd fd) throws ErrnoException;

  // ---- futexes: ints at addresses that are multiples of 4, the same for all who map the file

  /// futex(2), FUTEX_WAIT: sleeps while the int at `offset` is `expected`, until [#futexWake] or
  /// `timeoutNanos` later. Blocks the calling platform thread, and does not hear interrupts.
  ///
  /// May return early, signals included: look again.
  ///
  /// @param timeoutNanos negative for no limit
  /// @return false when time is up
  boolean futexWait(Mapping mapping, long offset, int expected, long timeoutNanos)
      throws ErrnoException;

  /// futex_waitv(2): the same for two words at once; returns as soon as either is not, or no
  /// longer, as expected.
  ///
  /// @throws ErrnoException ENOSYS before Linux 5.16; EPERM where a sandbox does not know the call
  boolean futexWaitEither(
      Mapping mapping,
      long offset,
      int expected,
      Mapping otherMapping,
      long otherOffset,
      int otherExpected,
      long timeoutNanos)
      throws ErrnoException;

  /// futex(2), FUTEX_WAKE: wakes at most `most` of those who wait at `offset`, in whatever process.
  ///
  /// @return how many that were
  int futexWake(Mapping mapping, long offset, int most) throws ErrnoException;
}
