package dev.parley.testkit.lock;

import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.testkit.contract.LockContract;

/// What is special about dotlocks is tested in [PidFileTest] and [InteroperationTest].
class DotlockTest extends LockContract {
  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.DOT);
  }
}
