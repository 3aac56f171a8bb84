package dev.parley.sys;

/// What statfs(2) says of the filesystem that holds a file.
///
/// @param type the magic number, see statfs(2)
/// @param readOnly whether it is mounted read-only (ST_RDONLY)
/// @param mandatoryLocks whether it is mounted with `mand` (ST_MANDLOCK), on kernels before 5.15
public record FilesystemStatus(
    long type,
    long blockSizeBytes,
    long totalBlocks,
    long availableBlocks,
    long totalInodes,
    long freeInodes,
    int maxNameBytes,
    boolean readOnly,
    boolean mandatoryLocks) {}
