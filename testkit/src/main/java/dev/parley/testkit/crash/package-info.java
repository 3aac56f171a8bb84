/// What a power cut can leave of a directory.
///
/// A [dev.parley.testkit.crash.PowerCutRecorder] logs what one run does to a directory and what it
/// promised meanwhile; [dev.parley.testkit.crash.CrashEnumerator] makes the states in which a power
/// cut at any point could leave that directory, and has each of them checked. In the manner of
/// ALICE (Pillai et al., OSDI 2014) and CrashMonkey (Mohan et al., OSDI 2018).
///
/// ```java
/// PowerCutRecorder recorder = PowerCutRecorder.of(dir);
/// try (Space space = Space.open(dir, SpaceOptions.defaults().withKernel(recorder.kernel()))) {
///   space.queue("mails").send(message);
///   recorder.promise("sent");
/// }
/// CrashReport report =
///     new CrashEnumerator(FilesystemModel.JOURNALLED)
///         .check(recorder.stop(), state -> openAndLookIntoIt(state.directory(), state.promises()));
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.testkit.crash;
