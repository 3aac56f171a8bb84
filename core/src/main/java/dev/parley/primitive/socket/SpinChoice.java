package dev.parley.primitive.socket;

/// Whether to look for the next message before sleeping.
///
/// Spinning pays where the peer answers at once on another processor, and only costs where it is
/// slow, or the two have to share one. So it is tried when the last waits were short, and after
/// each time it was in vain, twice as many have to have been.
final class SpinChoice {
  private static final int FEWEST = 2;
  private static final int MOST = 1024;

  private int needed = FEWEST;
  private int shortWaits;

  boolean isWorthwhile() {
    return shortWaits >= needed;
  }

  /// A spin is over.
  void spun(boolean successful) {
    if (successful) {
      needed = Math.max(FEWEST, needed / 2);
    } else {
      needed = Math.min(MOST, needed * 2);
      shortWaits = 0;
    }
  }

  /// A sleep is over.
  ///
  /// @param briefly whether a spin would have been long enough
  void slept(boolean briefly) {
    shortWaits = briefly ? Math.min(MOST, shortWaits + 1) : 0;
  }
}
