import org.jspecify.annotations.NullMarked;

/// Benchmarks, peers side by side, reports.
@NullMarked
module dev.parley.bench {
  requires static transitive org.jspecify;
  requires transitive dev.parley.core;
  requires java.sql;
  requires HdrHistogram;
  requires com.kohlschutter.junixsocket.nativecommon;
  requires org.newsclub.net.unix;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.jr.ob;

  exports dev.parley.bench;
}
