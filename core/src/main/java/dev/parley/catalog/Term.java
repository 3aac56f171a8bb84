package dev.parley.catalog;

import java.util.Locale;

/// A word of the catalog's vocabulary.
public interface Term {
  /// As in the source: an enum constant's name.
  String name();

  /// What the word says of a primitive; completes "it is ...", or stands alone.
  String meaning();

  /// As people write it: `semi-persistent`.
  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
