package dev.parley.primitive.memory;

import java.io.IOException;
import java.io.UncheckedIOException;

/// The queue's logic over heap memory, for Lincheck: offer and poll as a bounded queue's user would
/// have them, with what stands in the way for a moment waited for.
final class QueueModel {
  private final QueueLayout layout;
  private final HeapMemory memory;
  private final RingCells[] handles;

  QueueModel(int messages, int handles) {
    layout = new QueueLayout(0, messages, Integer.BYTES);
    memory = new HeapMemory(layout.cell(messages));
    this.handles = new RingCells[handles];
    for (int i = 0; i < handles; i++) this.handles[i] = handle(memory, i);
  }

  private RingCells handle(HeapMemory through, int slot) {
    return new RingCells(through, layout, slot, "the model");
  }

  /// @return false if it is full of messages that nobody has taken
  boolean offer(int handle, int value) {
    try {
      while (handles[handle].offer(bytes(value)) == RingCells.NO_ROOM) {
        // The place may be one whose message is taken and not acknowledged: then wait.
        long tail = memory.getLongVolatile(layout.tail());
        long word = memory.getLongVolatile(layout.cellAt(tail));
        if (Cell.lap(word) < layout.lap(tail) && Cell.state(word) == Cell.FULL) return false;
        Thread.yield();
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @return null if it is empty
  Integer poll(int handle) {
    RingCells cells = handles[handle];
    long position = take(cells);
    if (position < 0) return null;
    int value = read(cells, position);
    if (!cells.acknowledge(position)) throw new AssertionError("not ours: " + position);
    return value;
  }

  /// Takes a message and gives it back.
  void glance(int handle) {
    RingCells cells = handles[handle];
    long position = take(cells);
    if (position >= 0 && !cells.giveBack(position)) throw new AssertionError("not ours");
  }

  private long take(RingCells cells) {
    try {
      while (true) {
        long position = cells.take();
        if (position == RingCells.EMPTY) return position;
        if (position >= 0) {
          if (!cells.isVoid(position)) return position;
          if (!cells.acknowledge(position)) throw new AssertionError("not ours: " + position);
        }
        Thread.yield();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int read(RingCells cells, long position) {
    try {
      byte[] bytes = cells.read(position);
      return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(int value) {
    return new byte[] {
      (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
    };
  }

  // ---- death

  /// A process offers `value`, dies right before its `access`th access to the memory, counted from
  /// when it has taken a place, and is inherited.
  ///
  /// @return whether it got as far as publishing it
  boolean offerAndDie(int slot, int value, int access) {
    DyingMemory dying = new DyingMemory(access);
    boolean done = false;
    try {
      done = handle(dying, slot).offer(bytes(value)) != RingCells.NO_ROOM;
    } catch (DyingMemory.Death e) {
      // As wanted.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RingCells.inherit(memory, layout, slot);
    return done;
  }

  /// The same for a process that takes a message.
  void takeAndDie(int slot, int access) {
    DyingMemory dying = new DyingMemory(access);
    try {
      handle(dying, slot).take();
    } catch (DyingMemory.Death e) {
      // As wanted.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RingCells.inherit(memory, layout, slot);
  }

  /// The model's memory for one who dies: each access after its first successful compare-and-set of
  /// a cell counts.
  private final class DyingMemory extends HeapMemory {
    private static final class Death extends RuntimeException {
      private static final long serialVersionUID = 1;
    }

    private int left;
    private boolean counting;

    DyingMemory(int access) {
      super(0);
      left = access;
    }

    private void step() {
      if (counting && --left <= 0) throw new Death();
    }

    @Override
    public int getInt(long offset) {
      step();
      return memory.getInt(offset);
    }

    @Override
    public void setInt(long offset, int value) {
      step();
      memory.setInt(offset, value);
    }

    @Override
    public long getLong(long offset) {
      step();
      return memory.getLong(offset);
    }

    @Override
    public void setLong(long offset, long value) {
      step();
      memory.setLong(offset, value);
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
      step();
      boolean set = memory.compareAndSetLong(offset, expected, value);
      if (set && offset >= layout.cell(0)) counting = true;
      return set;
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
      step();
      return memory.getAndAddLong(offset, delta);
    }

    @Override
    public void put(long offset, byte[] from, int start, int length) {
      step();
      memory.put(offset, from, start, length);
    }
  }
}
