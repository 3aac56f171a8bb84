import org.jspecify.annotations.NullMarked;

/// Faulty kernel, process harness, contract suites; for tests only.
@NullMarked
module dev.parley.testkit {
  requires static transitive org.jspecify;
  requires transitive dev.parley.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;

  exports dev.parley.testkit;
  exports dev.parley.testkit.contract;
  exports dev.parley.testkit.crash;
  exports dev.parley.testkit.soak;
}
