package dev.parley.testkit.memory;

import dev.parley.testkit.contract.SharedEventContract;

class SharedEventInMemfdTest extends SharedEventContract {
  @Override
  protected Backing newBacking() {
    return Backings.memfd();
  }
}
