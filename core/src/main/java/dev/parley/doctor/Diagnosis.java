package dev.parley.doctor;

import dev.parley.primitive.file.Filesystem;
import dev.parley.sys.FilesystemStatus;
import java.util.List;

/// What was found out about a directory's mount.
///
/// @param path the directory
/// @param space what statfs(2) says of room and limits
public record Diagnosis(
    String path,
    Filesystem filesystem,
    FilesystemStatus space,
    List<Finding> findings,
    List<Assessment> assessments) {

  public boolean isHealthy() {
    return assessments.stream().allMatch(each -> each.level() == Assessment.Level.FULL);
  }
}
