package dev.parley.primitive.memory;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/// A word that changes when a thread is interrupted, so that a thread can wait for it in the kernel
/// beside the word it really waits for.
///
/// It poses as a selector, because [AbstractSelector#begin] is how the JDK lets others hear of an
/// interrupt: between [#arm] and [#disarm] an interrupt of the thread that armed it calls
/// [#wakeup]. It selects nothing.
final class InterruptAlarm extends AbstractSelector {
  private static final System.Logger LOG = System.getLogger(InterruptAlarm.class.getName());

  private final Kernel kernel;
  private final Mapping memory;
  private final long offset;

  /// @param memory of this process alone
  InterruptAlarm(Kernel kernel, Mapping memory, long offset) {
    super(SelectorProvider.provider());
    this.kernel = kernel;
    this.memory = memory;
    this.offset = offset;
  }

  Mapping memory() {
    return memory;
  }

  long offset() {
    return offset;
  }

  /// What the word is. Read it before [#arm].
  int value() {
    return memory.getIntVolatile(offset);
  }

  /// From here on an interrupt of this thread changes the word; one that was there changes it now.
  void arm() {
    begin();
  }

  void disarm() {
    end();
  }

  /// Changes the word and wakes who waits for it.
  @Override
  public Selector wakeup() {
    try {
      memory.getAndAddInt(offset, 1);
      kernel.futexWake(memory, offset, Integer.MAX_VALUE);
    } catch (ErrnoException e) {
      LOG.log(System.Logger.Level.WARNING, "a wait hears of an interrupt late", e);
    } catch (IllegalStateException e) {
      // Closed: nobody waits any more.
    }
    return this;
  }

  // ---- no selector

  @Override
  protected void implCloseSelector() {}

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int operations, Object object) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> keys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int selectNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select(long timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select() {
    throw new UnsupportedOperationException();
  }
}
