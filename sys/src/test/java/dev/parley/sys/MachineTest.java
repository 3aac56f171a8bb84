package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void linuxOnTwoArchitecturesIsKnown() {
    assertThat(Machine.of("Linux", "amd64")).isEqualTo(Machine.X86_64);
    assertThat(Machine.of("Linux", "aarch64")).isEqualTo(Machine.AARCH64);
  }

  @Test
  void anythingElseIsRefusedByName() {
    assertThatThrownBy(() -> Machine.of("Mac OS X", "aarch64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("this is Mac OS X on aarch64");
    assertThatThrownBy(() -> Machine.of("Linux", "riscv64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("this is Linux on riscv64");
  }

  @Test
  void onlyTheFlagsThatDifferAreTranslated() {
    int flags = Open.CREATE | Open.DIRECTORY | Open.NO_FOLLOW | Open.DIRECT;
    assertThat(Machine.X86_64.openFlags(flags)).isEqualTo(flags);
    assertThat(Machine.AARCH64.openFlags(flags)).isEqualTo(Open.CREATE | 0x4000 | 0x8000 | 0x10000);
    assertThat(Machine.AARCH64.openFlags(Open.APPEND)).isEqualTo(Open.APPEND);
  }
}
