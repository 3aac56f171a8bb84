package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbersStandToTheRightAndTextToTheLeft() {
    Table table = new Table("NAME", "READY");
    table.row("mails", 7);
    table.row("q", 1200);
    assertThat(table.toString(false))
        .isEqualTo(
            """
            NAME   READY
            mails      7
            q       1200
            """);
  }

  @Test
  void colorIsOnlyInTheHeading() {
    Table table = new Table("A");
    table.row("x");
    assertThat(table.toString(true)).isEqualTo("\u001b[1mA\u001b[0m\nx\n");
  }

  @Test
  void whatIsShownCannotPlayWithTheTerminal() {
    Table table = new Table("A");
    table.row("\u001b[2J");
    assertThat(table.toString(false)).isEqualTo("A\n?[2J\n");
  }
}
