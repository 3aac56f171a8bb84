package dev.parley.pattern.space;

import dev.parley.Space.Finding;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.member.SpaceFolder;
import java.io.IOException;
import java.util.List;

/// Looks for everything in a space that is not as `docs/layout.md` says.
final class SpaceCheck {
  SpaceCheck(SpaceFolder folder, Membership membership, boolean repair) {}

  List<Finding> run() throws IOException {
    return List.of();
  }
}
