package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// [NetlinkCalls] over Linux.
interface LinuxNetlinkCalls extends NetlinkCalls {
  @Override
  default Fd netlink(int protocol, int groups) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      int type = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;
      long number = scratch.call(SOCKET, AF_NETLINK, type, protocol);
      if (number < 0) throw Calls.failure(SOCKET, "netlink", number);
      Fd socket = Calls.opened("netlink", number);
      Structs.NetlinkAddress.write(scratch.memory(), groups);
      long address = scratch.structAddress();
      long result = scratch.call(BIND, number, address, Structs.NetlinkAddress.SIZE);
      if (result < 0) {
        socket.close();
        throw Calls.failure(BIND, "netlink", result);
      }
      return socket;
    }
  }

  @Override
  default byte @Nullable [] netlinkReceive(Fd netlink) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      MemorySegment memory = scratch.memory();
      long address = scratch.structAddress();
      while (true) {
        memory.set(JAVA_INT, Structs.NetlinkAddress.SIZE, Structs.NetlinkAddress.SIZE);
        long result =
            scratch.call(
                RECVFROM,
                netlink.number(),
                scratch.dataAddress(),
                Scratch.DATA_BYTES,
                MSG_TRUNC,
                address,
                address + Structs.NetlinkAddress.SIZE);
        if (result == -Errno.EAGAIN.number()) return null;
        if (result < 0) throw Calls.failure(RECVFROM, netlink.path(), result);
        if (Structs.NetlinkAddress.sender(memory) != 0) continue;
        if (result > Scratch.DATA_BYTES) {
          throw new ErrnoException(RECVFROM.call(), netlink.path(), Errno.EMSGSIZE);
        }
        return scratch.get((int) result);
      }
    }
  }
}
