package dev.parley.testkit.lock;

import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.testkit.contract.LockContract;

class OfdTest extends LockContract {
  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.OFD);
  }
}
