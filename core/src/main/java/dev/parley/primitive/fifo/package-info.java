/// FIFOs: pipes with a name, that many processes write to and one reads, or, through a broadcaster,
/// many.
///
/// [Fifo] makes one, [FifoReader] and [FifoWriter] are its two ends, [Broadcaster] passes on what
/// comes to as many readers as join. May call `dev.parley.sys`, [dev.parley.primitive.file] and
/// [dev.parley.primitive.watch]. The manual is docs/primitives/fifos.md. Source: book 4.4.1,
/// 14.2.2; fifo(7), pipe(7).
///
/// ```java
/// try (Place place = Place.of(kernel, Path.of("/run/shop/orders"))) {
///   Fifo.make(place, 0600);
///   try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
///     if (reader.receive(Duration.ofSeconds(10)) instanceof Received.Message order) {
///       System.out.println(order.text());
///     }
///   }
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.fifo;
