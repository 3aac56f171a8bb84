package dev.parley.testkit.memory;

import dev.parley.testkit.contract.SharedQueueContract;

class SharedQueueInMemfdTest extends SharedQueueContract {
  @Override
  protected Backing newBacking() {
    return Backings.memfd();
  }
}
