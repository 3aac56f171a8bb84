package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LinuxKernelNetlinkTest {
  private static final Path NULL_DEVICE = Path.of("/sys/class/mem/null/uevent");
  private static final short NLMSG_ERROR = 2;
  private static final short NLM_F_REQUEST_AND_ACK = 5;

  private final Kernel kernel = Kernel.linux();

  @Test
  void theKernelAnswersAndThenThereIsNothingMore() throws Exception {
    try (Fd socket = kernel.netlink(NetlinkCalls.SOCKETS, 0)) {
      assertThat(kernel.netlinkReceive(socket)).isNull();
      // A request of no known type: the answer says so.
      byte[] request =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putInt(16)
              .putShort((short) 99)
              .putShort(NLM_F_REQUEST_AND_ACK)
              .putInt(7)
              .putInt(0)
              .array();
      kernel.write(socket, request, 0, request.length);
      byte[] answer = kernel.netlinkReceive(socket);
      assertThat(answer).isNotNull();
      ByteBuffer header = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
      assertThat(header.getShort(4)).isEqualTo(NLMSG_ERROR);
      assertThat(header.getInt(8)).as("the request's number").isEqualTo(7);
      assertThat(kernel.netlinkReceive(socket)).isNull();
    }
  }

  @Test
  void theKernelTellsOfADevice() throws Exception {
    assumeTrue(Files.isWritable(NULL_DEVICE), "skipped: needs root and a writable /sys");
    try (Fd socket = kernel.netlink(NetlinkCalls.DEVICES, 1)) {
      Files.writeString(NULL_DEVICE, "change");
      Awaitility.await().until(() -> isAboutNull(kernel.netlinkReceive(socket)));
    }
  }

  private static boolean isAboutNull(byte[] message) {
    if (message == null) return false;
    String text = new String(message, StandardCharsets.UTF_8);
    return text.startsWith("change@/devices/virtual/mem/null\0");
  }

  @Test
  void theStatusOfATargetIsThatOfWhatALinkLeadsTo(@org.junit.jupiter.api.io.TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThat(kernel.statusAt(Fd.CWD, link.toString()).isSymlink()).isTrue();
    assertThat(kernel.targetStatusAt(Fd.CWD, link.toString()))
        .isEqualTo(kernel.statusAt(Fd.CWD, file.toString()));
    // Those of /proc lead to what a process has open, with whatever name it has now.
    try (Fd open = kernel.openAt(Fd.CWD, file.toString(), Open.READ_ONLY, 0)) {
      Files.delete(file);
      FileStatus status = kernel.targetStatusAt(Fd.CWD, "/proc/self/fd/" + open.number());
      assertThat(status.inode()).isEqualTo(kernel.status(open).inode());
      assertThat(status.links()).isZero();
    }
  }
}
