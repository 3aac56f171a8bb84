package dev.parley.testkit.files;

import dev.parley.sys.Kernel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Something that is done with a primitive, and what must hold of what it leaves, whatever happens
/// on the way. [Trials] has things happen.
interface Scenario {
  /// What is there before; durable.
  void prepare(Path directory) throws Exception;

  /// Does it.
  ///
  /// @param promise told of each thing that is promised, once it is
  void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception;

  /// Looks at what is left and works on with it; throws if a promise is broken.
  void check(Path directory, List<Object> promises) throws Exception;
}
