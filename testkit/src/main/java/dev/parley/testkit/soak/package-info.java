/// Many processes at work on one queue while some are killed, and the judgement of what they did.
///
/// [KillSoak] starts the processes ([SoakActor]) and kills them; each writes a [Ledger]; [Judge]
/// reads all ledgers and says whether `docs/layout.md` and the promises of the queue were kept.
///
/// ```java
/// SoakReport report = KillSoak.run(SoakOptions.in(directory).withRounds(3).withMessages(6_000));
/// assertThat(report.violations()).isEmpty();
/// ```
@NullMarked
package dev.parley.testkit.soak;

import org.jspecify.annotations.NullMarked;
