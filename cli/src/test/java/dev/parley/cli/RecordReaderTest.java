package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.PayloadTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  @Test
  void cutsAtNewlinesAndKeepsEverythingElse() throws Exception {
    assertThat(read("a\n\n b\r\nend")).containsExactly("a", "", " b\r", "end");
    assertThat(read("a\n")).containsExactly("a");
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).containsExactly("");
  }

  @Test
  void handsOverWhatHasArrivedWithoutWaitingForMore() throws Exception {
    try (PipedOutputStream slow = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(slow)) {
      RecordReader reader = new RecordReader(in, (byte) '\n', 100);
      slow.write("one\ntwo\nthr".getBytes(UTF_8));
      slow.flush();
      assertThat(texts(reader.next())).containsExactly("one", "two");
      slow.write("ee\n".getBytes(UTF_8));
      slow.flush();
      assertThat(texts(reader.next())).containsExactly("three");
    }
  }

  @Test
  void putsRecordsThatComeInPiecesTogether() throws Exception {
    List<InputStream> pieces = new ArrayList<>();
    for (byte b : "abc\0de\0".getBytes(UTF_8)) pieces.add(new ByteArrayInputStream(new byte[] {b}));
    InputStream in = new SequenceInputStream(Collections.enumeration(pieces));
    assertThat(readAll(new RecordReader(in, (byte) 0, 100))).containsExactly("abc", "de");
  }

  @Test
  void refusesAnEndlessRecordBeforeItIsRead() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    RecordReader reader = new RecordReader(endless, (byte) '\n', 1_000_000);
    assertThatExceptionOfType(PayloadTooLargeException.class).isThrownBy(reader::next);
  }

  @Property(tries = 200)
  void losesNothing(@ForAll List<byte[]> records) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<byte[]> expected = new ArrayList<>();
    for (byte[] record : records) {
      byte[] clean = record.clone();
      for (int i = 0; i < clean.length; i++) if (clean[i] == 0) clean[i] = 1;
      expected.add(clean);
      all.writeBytes(clean);
      all.write(0);
    }
    InputStream in = new ByteArrayInputStream(all.toByteArray());
    RecordReader reader = new RecordReader(in, (byte) 0, 1 << 20);
    List<byte[]> got = new ArrayList<>();
    for (List<byte[]> next = reader.next(); !next.isEmpty(); next = reader.next()) got.addAll(next);
    assertThat(got).usingElementComparator(java.util.Arrays::compare).isEqualTo(expected);
  }

  private static List<String> read(String text) throws IOException {
    InputStream in = new ByteArrayInputStream(text.getBytes(UTF_8));
    return readAll(new RecordReader(in, (byte) '\n', 100));
  }

  private static List<String> readAll(RecordReader reader) throws IOException {
    List<String> all = new ArrayList<>();
    for (List<byte[]> next = reader.next(); !next.isEmpty(); next = reader.next()) {
      all.addAll(texts(next));
    }
    return all;
  }

  private static List<String> texts(List<byte[]> records) {
    return records.stream().map(record -> new String(record, UTF_8)).toList();
  }
}
