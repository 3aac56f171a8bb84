/// What every implementation of Parley's interfaces has to keep, as abstract JUnit classes that
/// read as a specification.
///
/// ```java
/// class MyQueueTest extends QueueContract {
///   @TempDir Path dir;
///
///   @Override
///   protected Space newSpace() throws IOException {
///     return Space.open(dir.resolve("space"));
///   }
/// }
/// ```
///
/// Tests wait for conditions, never for a time to pass; where something must not happen, they do
/// what would make it happen and then look.
@org.jspecify.annotations.NullMarked
package dev.parley.testkit.contract;
