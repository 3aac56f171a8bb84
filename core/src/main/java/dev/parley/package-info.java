/// Processes of one host talk and coordinate through a directory, with no broker.
///
/// [Space] opens everything; the interfaces here say the contracts, and what implements them lives
/// in `dev.parley.pattern`. All of it is safe for use by several threads, virtual threads included,
/// unless a type says otherwise. Everything that touches the disk throws [java.io.IOException];
/// what Parley itself has to say is a [ParleyException], whose message names what happened, where,
/// and what to do.
///
/// ```java
/// try (Space space = Space.open(Path.of("/srv/jobs"))) {
///   Queue mails = space.queue("mails");
///   mails.send("to: ada".getBytes(UTF_8));
///   try (Claim claim = mails.claim(Duration.ofSeconds(10)).orElseThrow()) {
///     System.out.println(claim.message().text());
///     claim.ack();
///   }
/// }
/// ```
package dev.parley;
