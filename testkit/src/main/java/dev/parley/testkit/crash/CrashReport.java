package dev.parley.testkit.crash;

/// How thoroughly a recording was checked.
///
/// @param cuts moments at which the power could go
/// @param possible states in all, some of which look the same; [Long#MAX_VALUE] for very many
/// @param looked states that were made
/// @param checked those that differed in the directory or in the promises, all of which passed
public record CrashReport(int cuts, long possible, long looked, long checked) {
  public boolean exhaustive() {
    return looked == possible;
  }

  @Override
  public String toString() {
    return "%d power cuts, %d states checked, %s"
        .formatted(
            cuts,
            checked,
            exhaustive() ? "all there are" : "a sample of " + looked + " of " + possible);
  }
}
