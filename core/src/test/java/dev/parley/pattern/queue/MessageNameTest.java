package dev.parley.pattern.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageNameTest {
  private static final String ID = "18a5c3e2f1b2c3d4-5f2a9c01b7e6";

  @Test
  void aNameIsReadAsItWasWritten() {
    MessageName name = new MessageName(ID, 9, 12, 0x18a5c3e2f1b2c3d4L, 281474976987136L, 77);
    assertThat(name.format()).isEqualTo(ID + ".p9.a12.d18a5c3e2f1b2c3d4.t281474976987136.u77");
    assertThat(MessageName.parse(name.format())).isEqualTo(name);
  }

  @Test
  void aFreshNameHasPriorityAndAttemptsOnly() {
    assertThat(MessageName.fresh(ID, 4).format()).isEqualTo(ID + ".p4.a0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        ".",
        ID,
        ID + ".p4",
        ID + ".a0",
        ID + ".p10.a0",
        ID + ".p4.a",
        ID + ".p4.a-1",
        ID + ".p4.a0.x1",
        ID + ".p4.a0.",
        ID + ".p4.a0.t99999999999999999999",
        ID + ".p4.a0.dzz",
        "18A5C3E2F1B2C3D4-5f2a9c01b7e6.p4.a0",
        "18a5c3e2f1b2c3d4_5f2a9c01b7e6.p4.a0",
        "../../../etc/passwd.p4.a0",
      })
  void whatIsNoNameIsNotRead(String text) {
    assertThat(MessageName.parse(text)).isNull();
  }

  @Test
  void aTokenStaysThroughEveryStateSoThatNoNameIsUsedTwice() {
    MessageName claimed = MessageName.fresh(ID, 4).claimed(4, 1000, 2000);
    assertThat(claimed.attempts()).isEqualTo(1);
    assertThat(claimed.waiting().token()).isEqualTo(1000);
    assertThat(claimed.waiting().until()).isZero();
    assertThat(claimed.delayedUntil(5).token()).isEqualTo(1000);
    assertThat(claimed.replayed(1001).token()).isEqualTo(1001);
    assertThat(claimed.replayed(1001).attempts()).isZero();
  }

  @Test
  void namesOfOneHandleSortInTheOrderOfTheirKeys() {
    String earlier = MessageName.fresh(MessageName.id(255, "000000000000"), 4).format();
    String later = MessageName.fresh(MessageName.id(256, "000000000000"), 4).format();
    assertThat(earlier).isLessThan(later);
  }
}
