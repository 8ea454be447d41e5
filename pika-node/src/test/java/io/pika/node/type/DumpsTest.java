package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.rdb.OldForms;
import io.pika.proxy.protocol.RefusalException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DumpsTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = {'k'};
  private static final byte[] OTHER = {'o'};
  private static final long BYTES_MAX = 1 << 16;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);
  private final Dumps dumps = new Dumps(() -> BYTES_MAX);

  @Test
  void whatIsDumpedIsRestoredWithItsOwnElements() {
    for (byte[] key : List.of(hash(3), set(3), sortedSet(3), list(3), stream(3), hash(600), set(600),
        sortedSet(600), list(600), stream(600))) {
      byte[] payload = dump(key);
      dumps.restore(keys, OTHER, payload, 0);
      assertThat(dump(OTHER)).isEqualTo(payload);
      keys.delete(key);
      assertThat(dump(OTHER)).isEqualTo(payload);
      keys.assertNoOrphans();
    }
  }

  @Test
  void aRestoredValueTakesThePlaceOfWhatWasThere() {
    byte[] payload = dump(sortedSet(5));
    keys.put(OTHER, Entry.string(new byte[3], NOW + 50));
    dumps.restore(keys, OTHER, payload, 0);
    assertThat(AnyKey.typeName(keys, OTHER)).isEqualTo("zset");
    assertThat(AnyKey.expireAtMs(keys, OTHER)).isEqualTo(AnyKey.STAYS);
    dumps.restore(keys, OTHER, dump(hash(5)), NOW + 70);
    assertThat(AnyKey.typeName(keys, OTHER)).isEqualTo("hash");
    assertThat(AnyKey.expireAtMs(keys, OTHER)).isEqualTo(NOW + 70);
    keys.assertNoOrphans();
  }

  @Test
  void anInstantThatHasPassedDeletes() {
    byte[] payload = dump(set(5));
    dumps.restore(keys, OTHER, payload, NOW);
    assertThat(keys.find(OTHER)).isNull();
    keys.assertNoOrphans();
  }

  @Test
  void theSameMemberTwiceIsDamage() {
    // A set, a hash, a sorted set with texts for scores; each has "a" twice.
    for (String body : List.of("0202" + "0161" + "0161", "0402" + "0161" + "0131" + "0161" + "0132",
        "0302" + "0161" + "0131" + "0161" + "0132")) {
      assertRefused(() -> dumps.restore(keys, KEY, sealed(body), 0), "ERR Bad data format");
    }
  }

  @Test
  void emptyCollectionsAndScoresThatAreNoNumberAreDamage() {
    // Listpacks without items as a hash and as a sorted set; a sorted set with "not a number".
    for (String body : List.of("10" + "07" + "07000000" + "0000" + "ff",
        "11" + "07" + "07000000" + "0000" + "ff",
        "0301" + "0161" + "fd")) {
      assertRefused(() -> dumps.restore(keys, KEY, sealed(body), 0), "ERR Bad data format");
    }
  }

  @Test
  void theChecksumIsLookedAtFirst() {
    byte[] payload = sealed("07");
    payload[0] ^= 1;
    assertRefused(() -> dumps.restore(keys, KEY, payload, 0),
        "ERR DUMP payload version or checksum are wrong");
    assertRefused(() -> dumps.restore(keys, KEY, sealed("07"), 0), "ERR Bad data format");
  }

  @Test
  void aCollectionThatIsTooLongIsNeitherDumpedNorRestored() {
    byte[] payload = Objects.requireNonNull(new Dumps(() -> 1 << 20).dump(keys, hash(3_000)));
    assertRefused(() -> dumps.dump(keys, hash(5_000)),
        "ERR the dump would be longer than 65536 bytes (proto-max-bulk-len)");
    assertRefused(() -> dumps.restore(keys, OTHER, payload, 0),
        "ERR the value would take more than 131072 bytes of memory (see proto-max-bulk-len)");
  }

  @Test
  void damageIsRefusedOrAValueLikeAnyOther() {
    long seed = System.nanoTime();
    OldForms forms = new OldForms(new Random(seed));
    int restored = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] payload = forms.damaged();
      try {
        dumps.restore(keys, KEY, payload, 0);
        byte[] dump = dump(KEY);
        dumps.restore(keys, OTHER, dump, 0);
        assertThat(dump(OTHER)).isEqualTo(dump);
        restored++;
      } catch (RefusalException refused) {
        keys.clear();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + " " + HexFormat.of().formatHex(payload), e);
      }
    }
    assertThat(restored).isPositive();
  }

  @Test
  void groupsComeBackWithTheirConsumersAndWhatIsPending() {
    byte[] key = stream(50);
    OpenStream stream = Objects.requireNonNull(OpenStream.find(keys, key));
    OpenGroup.create(stream, bytes("group"), StreamId.ZERO, 0);
    OpenGroup group = Objects.requireNonNull(OpenGroup.find(stream, bytes("group")));
    group.readNew(bytes("one"), 20, OpenGroup.Delivery.ACKNOWLEDGED, entry -> {});
    group = Objects.requireNonNull(OpenGroup.find(stream, bytes("group")));
    group.readNew(bytes("two"), 10, OpenGroup.Delivery.ACKNOWLEDGED, entry -> {});
    dumps.restore(keys, OTHER, dump(key), 0);
    keys.delete(key);
    OpenStream restored = Objects.requireNonNull(OpenStream.find(keys, OTHER));
    OpenGroup back = Objects.requireNonNull(OpenGroup.find(restored, bytes("group")));
    assertThat(back.pending()).isEqualTo(30);
    assertThat(back.consumers()).isEqualTo(2);
    assertThat(back.lag()).isEqualTo(20);
    assertThat(back.deleteConsumer(bytes("one"))).isEqualTo(20);
    assertThat(back.acknowledge(List.of(new StreamId(21, 0), new StreamId(31, 0)))).isEqualTo(1);
  }

  @Test
  void theHeadOfAStreamIsWrittenOnceHoweverManyGroupsItHas() {
    byte[] key = stream(3);
    OpenStream stream = Objects.requireNonNull(OpenStream.find(keys, key));
    for (int i = 0; i < 50; i++) {
      OpenGroup.create(stream, bytes("group " + i), StreamId.ZERO, 0);
    }
    byte[] payload = dump(key);
    int[] puts = {0};
    KeySpace counting = (KeySpace) Proxy.newProxyInstance(KeySpace.class.getClassLoader(),
        new Class<?>[]{KeySpace.class}, (_, method, arguments) -> {
          puts[0] += method.getName().equals("put") ? 1 : 0;
          return method.invoke(keys, arguments);
        });
    dumps.restore(counting, OTHER, payload, 0);
    assertThat(puts[0]).isEqualTo(1);
    assertThat(dump(OTHER)).isEqualTo(payload);
    OpenGroup.create(Objects.requireNonNull(OpenStream.find(keys, OTHER)), bytes("another"), StreamId.ZERO,
        0);
    assertThat(Objects.requireNonNull(OpenStream.find(keys, OTHER)).groups()).isEqualTo(51);
  }

  @Test
  void aStringIsDumpedWhateverItsLength() {
    keys.put(KEY, Entry.string(new byte[1 << 18], 0));
    assertThat(dump(KEY)).isNotEmpty();
  }

  private byte[] hash(int size) {
    List<byte[]> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(bytes("field " + i));
      items.add(bytes("value " + i * i));
    }
    byte[] key = bytes("hash" + size);
    Hashes.put(keys, key, items);
    return key;
  }

  private byte[] set(int size) {
    List<byte[]> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      members.add(bytes("member " + i));
    }
    byte[] key = bytes("set" + size);
    Sets.add(keys, key, members);
    return key;
  }

  private byte[] sortedSet(int size) {
    SortedSet set = SortedSet.make(keys, bytes("zset" + size));
    for (int i = 0; i < size; i++) {
      set.put(bytes("member " + i), i / 8.0, SortedSet.ABSENT);
    }
    set.save();
    return bytes("zset" + size);
  }

  private byte[] list(int size) {
    byte[] key = bytes("list" + size);
    List<byte[]> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(bytes("item " + i));
    }
    new Lists().push(keys, key, ListEnd.RIGHT, items, Presence.ANY);
    return key;
  }

  private byte[] stream(int size) {
    byte[] key = bytes("stream" + size);
    OpenStream stream = OpenStream.findOrMake(keys, key);
    for (int i = 1; i <= size; i++) {
      stream.add(new NewStreamId.Exactly(new StreamId(i, 0)),
          List.of(bytes("field"), bytes("value " + i)), null);
    }
    return key;
  }

  private byte[] dump(byte[] key) {
    return Objects.requireNonNull(dumps.dump(keys, key));
  }

  private static byte[] sealed(String hex) {
    return OldForms.sealed(HexFormat.of().parseHex(hex));
  }

  private static void assertRefused(Runnable action, String text) {
    assertThatThrownBy(action::run).isInstanceOf(RefusalException.class).hasMessage(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
