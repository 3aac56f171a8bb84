import org.jspecify.annotations.NullMarked;

/// Typed system calls; the only module that touches native memory.
@NullMarked
module dev.parley.sys {
  requires static transitive org.jspecify;

  exports dev.parley.sys;
}
