package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamIdTest {
  @Test
  void bothPartsAreUnsigned() {
    assertThat(new StreamId(-1, 0)).isGreaterThan(new StreamId(Long.MAX_VALUE, -1));
    assertThat(new StreamId(1, -1)).isGreaterThan(new StreamId(1, Long.MAX_VALUE));
    assertThat(StreamId.MAX.toString()).isEqualTo("18446744073709551615-18446744073709551615");
  }

  @Test
  void neighboursCarryOverToTheNextMillisecond() {
    assertThat(new StreamId(1, -1).next()).isEqualTo(new StreamId(2, 0));
    assertThat(new StreamId(2, 0).previous()).isEqualTo(new StreamId(1, -1));
    assertThat(StreamId.MAX.next()).isNull();
    assertThat(StreamId.ZERO.previous()).isNull();
  }

  @Test
  void namesOfEntriesLieInTheOrderOfTheirIds() {
    List<StreamId> ids = List.of(StreamId.ZERO, new StreamId(0, 1), new StreamId(0, -1), new StreamId(1, 0),
        new StreamId(Long.MAX_VALUE, 0), new StreamId(Long.MIN_VALUE, 0), StreamId.MAX);
    for (int i = 1; i < ids.size(); i++) {
      byte[] before = StreamNames.entry(ids.get(i - 1));
      byte[] after = StreamNames.entry(ids.get(i));
      assertThat(Arrays.compareUnsigned(before, after)).isNegative();
      assertThat(StreamNames.idOf(after)).isEqualTo(ids.get(i));
    }
  }

  @Test
  void fieldsOfAnyLengthAreReadBack() {
    List<byte[]> fields = List.of(new byte[0], new byte[127], new byte[128], new byte[20_000], new byte[]{1});
    assertThat(StreamEntry.decode(StreamEntry.encode(fields))).containsExactlyElementsOf(fields);
    assertThat(StreamEntry.encode(List.of(new byte[]{'f'}, new byte[]{'v'})))
        .as("a byte for each field beside it").hasSize(4);
  }
}
