package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  private static final Environment PLACE =
      new Environment(
          "A CPU", 2, 4096, "Linux 6.1 amd64", "ext4", "rw,relatime", "25+36 Somebody", "0.1.0");

  private static final List<String> MOUNTS =
      List.of(
          "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
          "23 22 0:22 / /dev/shm rw,nosuid - tmpfs tmpfs rw,size=1k",
          "24 22 7:0 / /mnt/a\\040disk rw,noatime shared:1 master:2 - xfs /dev/loop0 rw,attr2",
          "25 23 0:26 / /dev/shm rw,relatime - tmpfs second rw,size=2k");

  @Test
  void theIdIsTheSameInEveryRun() {
    assertThat(PLACE.id()).isEqualTo("512dd236daeb");
  }

  @Test
  void theIdChangesWithEachComponent() {
    assertThat(
            List.of(
                PLACE.id(),
                new Environment(
                        "B",
                        2,
                        4096,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        3,
                        4096,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4095,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4096,
                        "Linux 6.2 amd64",
                        "ext4",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4096,
                        "Linux 6.1 amd64",
                        "xfs",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4096,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw",
                        "25+36 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4096,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw,relatime",
                        "26 Somebody",
                        "0.1.0")
                    .id(),
                new Environment(
                        "A CPU",
                        2,
                        4096,
                        "Linux 6.1 amd64",
                        "ext4",
                        "rw,relatime",
                        "25+36 Somebody",
                        "0.2.0")
                    .id()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[0-9a-f]{12}"));
  }

  @Test
  void thisMachineHasOneEnvironmentPerFilesystem(@TempDir Path directory) throws IOException {
    Environment first = Environment.of(directory);
    assertThat(Environment.of(directory)).isEqualTo(first);
    assertThat(first.cores()).isPositive();
    assertThat(first.memoryMiB()).isPositive();
    assertThat(first.filesystem()).isNotEmpty();
    assertThat(first.parley()).startsWith("0.");
    assertThat(first.fields().keySet())
        .containsExactly(
            "row",
            "id",
            "cpu",
            "cores",
            "memoryMiB",
            "kernel",
            "filesystem",
            "mountOptions",
            "jdk",
            "parley");
  }

  @Test
  void theDeepestMountCounts() throws IOException {
    Mount mount = Mount.of(Path.of("/mnt/a disk/queue"), MOUNTS);
    assertThat(mount.type()).isEqualTo("xfs");
    assertThat(mount.options()).isEqualTo("rw,noatime,attr2");
    assertThat(Mount.of(Path.of("/mnt/a"), MOUNTS).type()).isEqualTo("ext4");
  }

  @Test
  void theLatestMountHidesOthersAtTheSamePoint() throws IOException {
    assertThat(Mount.of(Path.of("/dev/shm"), MOUNTS).source()).isEqualTo("second");
  }

  @Test
  void aPathOnNoMountIsAnError() {
    assertThatThrownBy(() -> Mount.of(Path.of("/a"), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/a");
  }

  @Test
  void aProcessorWithoutANameIsNamedByItsArchitecture() {
    assertThat(Environment.cpuName(List.of("processor\t: 0", "model name\t: A CPU")))
        .isEqualTo("A CPU");
    assertThat(Environment.cpuName(List.of("processor\t: 0"))).startsWith("unnamed ");
  }
}
