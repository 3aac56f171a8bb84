/// What a name is, what its permissions mean for whom, and which primitives meet there.
///
/// [Inspection] asks all of it of an open route; [Rights] is the part about permissions. Calls
/// `dev.parley.sys`, the primitives and the catalog; opens nothing but with O_PATH.
///
/// ```java
/// try (Route route = Route.of(kernel, Path.of("/run/x"))) {
///   Inspection.of(kernel, route).ifPresent(found -> System.out.println(found.kind()));
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.inspect;
