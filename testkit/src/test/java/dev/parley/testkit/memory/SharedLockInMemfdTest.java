package dev.parley.testkit.memory;

import dev.parley.testkit.contract.SharedLockContract;

class SharedLockInMemfdTest extends SharedLockContract {
  @Override
  protected Backing newBacking() {
    return Backings.memfd();
  }
}
