/// The main job, shown: processes that talk through a space, one of them killed, and every line
/// accounted for.
///
/// Called by `parley demo`; starts processes of the same command.
@NullMarked
package dev.parley.cli.demo;

import org.jspecify.annotations.NullMarked;
