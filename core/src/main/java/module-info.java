import org.jspecify.annotations.NullMarked;

/// The library: the space, the primitives, the patterns.
@NullMarked
module dev.parley.core {
  requires static transitive org.jspecify;
  requires transitive dev.parley.sys;

  exports dev.parley;
}
