import org.jspecify.annotations.NullMarked;

/// The parley command.
@NullMarked
module dev.parley.cli {
  requires static org.jspecify;
  requires dev.parley.bench;
  requires dev.parley.core;
  requires info.picocli;
  requires jdk.unsupported; // sun.misc.Signal
  requires tools.jackson.jr.ob;

  opens dev.parley.cli to
      info.picocli;

  provides System.LoggerFinder with
      dev.parley.cli.Talk;
}
