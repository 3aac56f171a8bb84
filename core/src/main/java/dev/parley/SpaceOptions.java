package dev.parley;

import dev.parley.sys.Kernel;
import java.util.Optional;

/// How to open a space.
///
/// @param create whether to make it if it is not there
/// @param group the group to share it with (a name or a number), when it is made; empty is private
/// @param command what others are shown as this member's command; empty is the process's command
///   line
/// @param kernel through what to reach the kernel; tests put faults here
public record SpaceOptions(
    boolean create, Optional<String> group, Optional<String> command, Kernel kernel) {
  public static SpaceOptions defaults() {
    return new SpaceOptions(true, Optional.empty(), Optional.empty(), Kernel.linux());
  }

  public SpaceOptions withCreate(boolean wanted) {
    return new SpaceOptions(wanted, group, command, kernel);
  }

  public SpaceOptions withGroup(String wanted) {
    return new SpaceOptions(create, Optional.of(wanted), command, kernel);
  }

  public SpaceOptions withCommand(String wanted) {
    return new SpaceOptions(create, group, Optional.of(wanted), kernel);
  }

  public SpaceOptions withKernel(Kernel wanted) {
    return new SpaceOptions(create, group, command, wanted);
  }
}
