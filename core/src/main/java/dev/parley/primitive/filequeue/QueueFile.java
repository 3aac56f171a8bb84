package dev.parley.primitive.filequeue;

import dev.parley.primitive.file.Companion;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.NewFile;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.WriteBuffer;
import dev.parley.primitive.filequeue.Layout.Head;
import dev.parley.primitive.filequeue.Layout.Header;
import dev.parley.primitive.filequeue.Layout.Kind;
import dev.parley.primitive.filequeue.Layout.State;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of a queue, open: where its records end, and what the last one says. Used by whoever
/// holds the file's lock; [#refresh] first.
final class QueueFile {
  private static final System.Logger LOG = System.getLogger(QueueFile.class.getName());

  private static final int COPY_BYTES = 64 << 10;

  private final Kernel kernel;
  private final Place place;
  private final Fd fd;
  private final RecordIo records;
  private long end;
  private State state;

  private QueueFile(Kernel kernel, Place place, Fd fd, Header header) {
    this.kernel = kernel;
    this.place = place;
    this.fd = fd;
    this.records = new RecordIo(kernel, fd, header);
    this.end = header.base();
    this.state = new State(header.base(), 0, 0);
  }

  /// Makes an empty one, unless the name is taken. Its content is durable at once: a queue without
  /// a header would be none.
  static void make(Dir dir, String name, int mode) throws IOException {
    long id = Long.parseUnsignedLong(RandomName.hex(16), 16);
    NewFile.make(dir, name, mode, new Header(id, 0).toBytes(), true);
  }

  static QueueFile of(Kernel kernel, Place place, Fd fd) throws IOException {
    return new QueueFile(kernel, place, fd, RecordIo.header(kernel, fd));
  }

  Fd fd() {
    return fd;
  }

  State state() {
    return state;
  }

  long base() {
    return records.header().base();
  }

  /// The position of the next record.
  long end() {
    return end;
  }

  // ---- where it ends

  /// Looks for what others have added since, and cuts off what a dead one has left half done.
  void refresh() throws IOException {
    long fileEnd = records.end();
    if (fileEnd == end) return;
    Head last = records.headBefore(fileEnd);
    if (last == null || last.kind() == Kind.PART) {
      recover(fileEnd);
      if (end < fileEnd) cutOff(fileEnd);
    } else {
      end = fileEnd;
      state = last.state();
    }
  }

  /// Follows the records from the last known one on, to the last whole one, and past damage to the
  /// next. Parts without their last one count for nothing.
  private void recover(long fileEnd) throws IOException {
    if (end > fileEnd) {
      end = base();
      state = new State(end, 0, 0);
    }
    Head next = records.head(end, fileEnd);
    long at = end;
    while (at < fileEnd) {
      if (next == null) next = records.search(at + 1, fileEnd);
      if (next == null) return;
      at = next.end();
      if (next.kind() != Kind.PART) {
        end = at;
        state = next.state();
      }
      next = records.head(at, fileEnd);
    }
  }

  /// What was acknowledged is before the end, unless the disk has damaged it: so what could be that
  /// is set aside.
  private void cutOff(long fileEnd) throws IOException {
    long from = end;
    while (true) {
      Head part = records.head(from, fileEnd);
      if (part == null) break;
      from = part.end();
    }
    if (from < fileEnd && !records.isCutShort(from, fileEnd)) {
      String aside = setAside(from, fileEnd);
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} ends with {1} bytes that are no record; they are in {2}",
          place,
          fileEnd - from,
          aside);
    }
    kernel.truncate(fd, records.offset(end));
  }

  /// Copies a stretch into a file of its own beside the queue.
  ///
  /// @return that file's path
  private String setAside(long from, long to) throws IOException {
    Dir dir = place.dir();
    String name = Companion.visible(place.name(), ".damaged-" + from);
    NewFile.make(
        dir, name, 0600, file -> copy(from, to, WriteBuffer.of(kernel, file, to - from)), true);
    return dir.pathOf(name);
  }

  // ---- messages

  /// The first message at `position` or behind; null at the end.
  ///
  /// @throws Damage if something else is there
  private @Nullable Head messageFrom(long position) throws IOException {
    long at = position;
    while (at < end) {
      Head head = records.head(at, end);
      if (head == null) throw new Damage(at);
      if (head.kind().isMessage()) return head;
      at = head.end();
    }
    return null;
  }

  /// A message, and where it is.
  record Message(Head head, byte[] content) {}

  /// The oldest messages.
  ///
  /// @throws Damage if there is something else where the oldest should be
  List<Message> oldest(int most) throws IOException {
    List<Message> messages = new ArrayList<>();
    long at = state.head();
    while (messages.size() < Math.min(most, state.count())) {
      try {
        Head head = messageFrom(at);
        if (head == null) throw new Damage(at);
        byte[] content = records.content(head);
        if (content == null) throw new Damage(head.position());
        messages.add(new Message(head, content));
        at = head.end();
      } catch (Damage e) {
        if (messages.isEmpty()) throw e;
        break;
      }
    }
    return messages;
  }

  /// What the state is once all messages up to this one are consumed; null if it is not there any
  /// more, or another message is in its place.
  @Nullable State without(long position, byte[] content) throws IOException {
    State rest = state;
    while (rest.count() > 0 && rest.head() <= position) {
      Head head = messageFrom(rest.head());
      if (head == null || head.position() > position) return null;
      rest = new State(head.end(), rest.count() - 1, rest.bytes() - head.length());
      if (head.position() == position) return records.hasContent(head, content) ? rest : null;
    }
    return null;
  }

  // ---- changes

  /// Adds messages; they count together, once the last one is there.
  void add(List<byte[]> contents) throws IOException {
    long bytes = 0;
    for (byte[] content : contents) bytes += content.length;
    WriteBuffer out = buffer(bytes + (long) contents.size() * Layout.FRAME_BYTES);
    State after =
        new State(
            state.count() == 0 ? end : state.head(),
            state.count() + contents.size(),
            state.bytes() + bytes);
    long at = end;
    for (int i = 0; i < contents.size(); i++) {
      boolean isLast = i == contents.size() - 1;
      byte[] content = contents.get(i);
      Head head =
          new Head(at, isLast ? Kind.MESSAGE : Kind.PART, content.length, isLast ? after : state);
      write(out, head, content);
      at = head.end();
    }
    out.flush();
    end = at;
    state = after;
  }

  /// Notes that messages were consumed, and what is left.
  void consume(State rest) throws IOException {
    long behind = end + Layout.FRAME_BYTES;
    State after = rest.count() == 0 ? new State(behind, 0, 0) : rest;
    WriteBuffer out = buffer(Layout.FRAME_BYTES);
    write(out, new Head(end, Kind.CONSUMPTION, 0, after), new byte[0]);
    out.flush();
    end = behind;
    state = after;
  }

  private WriteBuffer buffer(long bytes) {
    return WriteBuffer.at(kernel, fd, records.offset(end), bytes);
  }

  private void write(WriteBuffer out, Head head, byte[] content) throws IOException {
    out.put(head.toBytes(records.header()));
    out.put(content);
    out.put(head.tail(records.header(), content));
  }

  // ---- damage

  /// A stretch that is no record, where a message should be.
  static final class Damage extends IOException {
    private static final long serialVersionUID = 1;

    private final long position;

    Damage(long position) {
      super("no record at " + position);
      this.position = position;
    }

    long position() {
      return position;
    }
  }

  /// Passes over damage where the oldest message should be, which is set aside.
  ///
  /// @return what to tell
  DamagedQueueException passOver(long position) throws IOException {
    Head whole = records.head(position, end);
    long next = whole == null ? Math.max(position, nextRecord(position + 1)) : whole.end();
    String aside = setAside(position, next);
    consume(rest(next));
    return new DamagedQueueException(place.path(), position, next - position, aside);
  }

  private long nextRecord(long from) throws IOException {
    Head next = records.search(from, end);
    return next == null ? end : next.position();
  }

  /// What is left from a position on, counted.
  private State rest(long position) throws IOException {
    long count = 0;
    long bytes = 0;
    for (long at = position; at < end; ) {
      Head head = records.head(at, end);
      if (head == null) {
        at = nextRecord(at + 1);
        continue;
      }
      if (head.kind().isMessage()) {
        count++;
        bytes += head.length();
      }
      at = head.end();
    }
    return new State(position, count, bytes);
  }

  /// Copies what is not consumed into a new file, header first.
  void copyRest(Fd to) throws IOException {
    Header header = new Header(records.header().id(), state.count() == 0 ? end : state.head());
    WriteBuffer out = WriteBuffer.of(kernel, to, end - header.base() + Layout.HEADER_BYTES);
    out.put(header.toBytes());
    copy(header.base(), end, out);
  }

  private void copy(long from, long to, WriteBuffer out) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    for (long at = from; at < to; ) {
      int most = (int) Math.min(buffer.length, to - at);
      int count = kernel.readAt(fd, records.offset(at), buffer, 0, most);
      if (count == 0) break;
      out.put(buffer, 0, count);
      at += count;
    }
    out.flush();
  }
}
