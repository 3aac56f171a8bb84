import org.jspecify.annotations.NullMarked;

/// The library: the space, the primitives, the patterns.
@NullMarked
@SuppressWarnings("module") // bench, to which a package is opened, is compiled after this
module dev.parley.core {
  requires static transitive org.jspecify;
  requires transitive dev.parley.sys;

  exports dev.parley;
  exports dev.parley.catalog;
  exports dev.parley.doctor;
  exports dev.parley.inspect;
  exports dev.parley.pattern.lock to
      dev.parley.cli,
      dev.parley.testkit;
  exports dev.parley.primitive.atomic;
  exports dev.parley.primitive.attribute;
  exports dev.parley.primitive.fifo;
  exports dev.parley.primitive.file;
  exports dev.parley.primitive.lock;
  exports dev.parley.primitive.memory;
  exports dev.parley.primitive.presence;
  exports dev.parley.primitive.log;
  exports dev.parley.primitive.watch;
  exports dev.parley.primitive.socket;
  exports dev.parley.primitive.process to
      dev.parley.bench;
  exports dev.parley.primitive.filequeue;
  exports dev.parley.primitive.set;
}
