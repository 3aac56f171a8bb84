/// What a mount really guarantees, found out by several processes that try to break it; and what
/// that means for each part of Parley there.
///
/// [Doctor] is the way in. A [Guarantee] is what Parley takes on trust, a [Finding] what came of
/// trying it, a [Feature] a part of Parley with what it needs, an [Assessment] what becomes of it.
/// May call primitives; never a pattern.
///
/// ```java
/// Diagnosis diagnosis = Doctor.examine(Kernel.linux(), Path.of("/srv/space"), 4);
/// diagnosis.assessments().forEach(System.out::println);
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.doctor;
