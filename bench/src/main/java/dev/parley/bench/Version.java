package dev.parley.bench;

import java.lang.module.ModuleDescriptor;
import org.jspecify.annotations.Nullable;

/// The version Maven compiled into the module.
final class Version {
  private Version() {}

  static String ofParley() {
    @Nullable ModuleDescriptor module = Version.class.getModule().getDescriptor();
    return module == null ? "unknown" : module.rawVersion().orElse("unknown");
  }
}
