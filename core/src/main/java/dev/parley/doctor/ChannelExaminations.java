package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.*;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// What passes between processes: appended records, events, bytes in a FIFO.
final class ChannelExaminations {
  private static final int RECORDS = 200;
  private static final int ADDITIONS = 100_000;
  private static final int MOST_APPENDED_BYTES = 64 << 20;
  private static final int PATIENCE_MILLIS = 2_000;

  private final Dir dir;
  private final Kernel kernel;
  private final Workers workers;
  private final Filesystem filesystem;

  ChannelExaminations(Ward ward, Workers workers, Filesystem filesystem) {
    this.dir = ward.dir();
    this.kernel = dir.kernel();
    this.workers = workers;
    this.filesystem = filesystem;
  }

  void run(Doctor doctor) throws IOException {
    doctor.examine(APPENDS_STAY_WHOLE, this::appends);
    doctor.examine(INOTIFY, this::inotify);
    doctor.examine(SHARED_MAPPINGS, this::sharedMappings);
    doctor.examine(SOCKETS, this::sockets);
    doctor.examine(FIFOS, this::fifos);
  }

  private Finding appends() throws IOException {
    dir.create("appended").close();
    if (workers.all(Trial.APPEND, RECORDS).contains("short")) {
      return Finding.unknown(APPENDS_STAY_WHOLE, "a write fell short; is the disk full?");
    }
    byte[] bytes = dir.tryRead("appended", MOST_APPENDED_BYTES);
    int expected = RECORDS * workers.count();
    int whole = bytes == null ? -1 : Appended.count(bytes);
    String tried = workers.count() + " processes, " + expected + " records of up to 9 kB";
    return whole == expected
        ? Finding.holds(APPENDS_STAY_WHOLE, tried + ", each whole")
        : Finding.broken(APPENDS_STAY_WHOLE, tried + ", some lost or torn");
  }

  private Finding inotify() throws IOException {
    if (filesystem.sharedBetweenHosts()) {
      return Finding.broken(INOTIFY, "it says nothing of what other hosts do");
    }
    try (Fd epoll = kernel.epollCreate();
        Fd inotify = kernel.inotifyInit()) {
      kernel.epollAdd(epoll, inotify, 1, false);
      kernel.inotifyAddWatch(inotify, dir.fd(), InotifyEvent.CREATE);
      workers.one(0, Trial.MAKE, "event");
      while (kernel.epollWait(epoll, PATIENCE_MILLIS).length > 0) {
        List<InotifyEvent> events = kernel.inotifyRead(inotify);
        if (events.stream().anyMatch(event -> event.name().equals("event"))) {
          return Finding.holds(INOTIFY, "another process's new file was told");
        }
      }
      return Finding.broken(INOTIFY, "another process's new file was not told in two seconds");
    }
  }

  private Finding sharedMappings() throws IOException {
    try (Fd file = dir.create("mapped")) {
      kernel.allocate(file, Trial.MAPPED_BYTES);
      workers.all(Trial.ADD, "mapped", ADDITIONS);
      byte[] sum = new byte[Long.BYTES];
      kernel.readAt(file, 0, sum, 0, sum.length);
      long added = ByteBuffer.wrap(sum).order(ByteOrder.nativeOrder()).getLong();
      long expected = (long) ADDITIONS * workers.count();
      String evidence = workers.count() + " processes, " + expected + " additions, read: " + added;
      return added == expected
          ? Finding.holds(SHARED_MAPPINGS, evidence)
          : Finding.broken(SHARED_MAPPINGS, evidence);
    }
  }

  private Finding sockets() throws IOException {
    try (Fd epoll = kernel.epollCreate();
        Fd socket = kernel.socket(Sockets.STREAM)) {
      kernel.bind(socket, Trial.socketAddress(dir, "socket"));
      kernel.listen(socket, 1);
      kernel.epollAdd(epoll, socket, 1, false);
      String connected = workers.one(0, Trial.CONNECT, "socket");
      boolean came = kernel.epollWait(epoll, PATIENCE_MILLIS).length > 0;
      try (Fd accepted = came ? kernel.tryAccept(socket) : null) {
        return accepted != null
            ? Finding.holds(SOCKETS, "another process " + connected)
            : Finding.broken(SOCKETS, "another process " + connected + ", and did not arrive");
      }
    }
  }

  private Finding fifos() throws IOException {
    try (Fd fifo = dir.openFifo("fifo")) {
      int sent = Integer.parseInt(workers.one(0, Trial.FILL, "fifo", 1000));
      int received = kernel.read(fifo, new byte[2000], 0, 2000);
      return received == sent && received == 1000
          ? Finding.holds(FIFOS, "another process's 1,000 bytes came")
          : Finding.broken(FIFOS, sent + " bytes were sent and " + received + " came");
    }
  }
}
