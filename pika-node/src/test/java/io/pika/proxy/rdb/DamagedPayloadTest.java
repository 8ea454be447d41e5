package io.pika.proxy.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever can RESTORE can send anything with a right checksum: it is a value or refused, in bounded time and memory. */
class DamagedPayloadTest {
  private static final int ROUNDS = Integer.getInteger("pika.dump.rounds", 20_000);
  private static final long MAX = 1 << 20;

  @Test
  void damageIsRefusedOrAnotherValue() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    OldForms forms = new OldForms(random);
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] payload = forms.damaged();
      try {
        Model model = Model.read(payload, MAX);
        assertThat(Model.read(model.written(), Long.MAX_VALUE).content()).isEqualTo(model.content());
        read++;
      } catch (DamagedException | TooLongException refused) {
        // One of the two outcomes that are right.
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + " " + HexFormat.of().formatHex(payload), e);
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void aSmallPayloadDoesNotBecomeALargeValue() {
    // A list of a hundred nodes; each is a mebibyte of zeros that a few bytes stand for.
    RdbWriter out = new RdbWriter(1 << 24);
    out.putType(RdbType.LIST);
    out.putLength(100);
    for (int i = 0; i < 100; i++) {
      out.putString(new byte[1 << 20]);
    }
    byte[] payload = Payload.of(out);
    assertThat(payload.length).isLessThan(2 << 20);
    assertThatThrownBy(() -> Model.read(payload, 10 << 20)).isInstanceOf(TooLongException.class);
  }

  @Test
  void entriesThatWereDeletedCountAsWell() {
    RdbWriter out = new RdbWriter(1 << 24);
    out.putType(RdbType.STREAM_LISTPACKS_2);
    out.putLength(20);
    for (int i = 0; i < 20; i++) {
      ListpackWriter node = new ListpackWriter(2 << 20);
      for (int head : new int[]{0, 1, 1}) {
        node.add(head);
      }
      node.add(new byte[]{'f'});
      for (int item : new int[]{0, StreamWriter.DELETED | StreamWriter.SAME_FIELDS, 0, 0}) {
        node.add(item);
      }
      node.add(new byte[1 << 20]);
      node.add(StreamWriter.itemsOf(1, true));
      out.putString(new byte[16]);
      out.putString(node.finish());
    }
    byte[] payload = Payload.of(out);
    assertThatThrownBy(() -> Model.read(payload, 10 << 20)).isInstanceOf(TooLongException.class);
  }

  @Test
  void countsAndLengthsBeyondTheBytesAreRefusedAtOnce() {
    for (String body : new String[]{"01817fffffffffffffff", "0181ffffffffffffffff", "0280ffffffff",
        "0080ffffffff",
        "00817fffffffffffffff", "00c381000000000000000081000000007fffffff", "0f817fffffffffffffff",
        "00c3018000ffffff00"}) {
      assertThatThrownBy(() -> Model.read(OldForms.sealed(HexFormat.of().parseHex(body)), MAX)).as(body)
          .isInstanceOf(DamagedException.class);
    }
  }

  @Test
  void emptyCollectionsAreRefused() {
    for (String body : new String[]{"0100", "0200", "0400", "0500", "0e00", "1200"}) {
      assertThatThrownBy(() -> Model.read(OldForms.sealed(HexFormat.of().parseHex(body)), MAX)).as(body)
          .isInstanceOf(DamagedException.class);
    }
  }
}
