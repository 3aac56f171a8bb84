package dev.parley.pattern.member;

import java.io.IOException;
import java.util.Set;

/// What members hold in a space: claims, unfinished sends, live subscriptions.
public interface Holdings {
  /// The ids of all members that have a folder of their own somewhere.
  Set<String> holders() throws IOException;

  /// Returns everything that a member held and removes its folders. May be interrupted anywhere and
  /// done again.
  ///
  /// @return false if something is left because somebody is at work there; come again
  boolean giveBack(String member) throws IOException;
}
