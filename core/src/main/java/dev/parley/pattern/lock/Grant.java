package dev.parley.pattern.lock;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.OptionalLong;

/// A named lock in somebody's hands.
final class Grant implements HeldLock {
  private final HeldLock held;
  private final LockRecord record;

  Grant(HeldLock held, LockRecord record) {
    this.held = held;
    this.record = record;
  }

  @Override
  public LockKind mode() {
    return held.mode();
  }

  @Override
  public boolean isHeld() throws IOException {
    return held.isHeld();
  }

  @Override
  public OptionalLong token() {
    return OptionalLong.of(record.token());
  }

  @Override
  public boolean tryUpgrade() throws IOException {
    return held.tryUpgrade();
  }

  @Override
  public void downgrade() throws IOException {
    held.downgrade();
  }

  @Override
  public Fd descriptor() {
    return held.descriptor();
  }

  @Override
  public void nameHolder(long pid) throws IOException {
    record.nameHolder(pid);
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
