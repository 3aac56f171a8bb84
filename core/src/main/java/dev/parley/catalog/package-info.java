/// What there is to meet at: every primitive of the book with its properties, guarantees and
/// dangers as data, and the patterns composed from them.
///
/// [Catalog] holds the entries. A [Primitive] has words of a fixed vocabulary ([Terms]) for each
/// [Dimension], so that two can be compared ([Comparison]) and a [Need] can be judged
/// ([Recommendation]). [QuickReference] writes `docs/catalog.md` from it. Pure data: no system
/// call, no other package of Parley.
///
/// ```java
/// Catalog.primitive("fifo").orElseThrow().trait(Dimension.ORDERING).terms();   // [FIFO, CAUSAL]
/// Recommendation.of(List.of(Need.FD_PASSING)).ranked().getFirst().primitive().name();
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.catalog;
