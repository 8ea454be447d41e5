package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotHashTest {
  private static final int SLOTS = 16384;

  @Test
  void crcIsTheOneOfRedisCluster() {
    // From the cluster specification: the check value of CRC16/XMODEM.
    assertThat(slot("123456789")).isEqualTo(0x31c3 & (SLOTS - 1));
    assertThat(slot("foo")).isEqualTo(12182);
    assertThat(slot("bar")).isEqualTo(5061);
    assertThat(slot("hello")).isEqualTo(866);
    assertThat(slot("")).isZero();
  }

  @Test
  void keysOfEveryLengthHaveTheChecksumOfTheirBits() {
    Random random = new Random(1);
    for (int length = 0; length < 100; length++) {
      byte[] key = new byte[length];
      random.nextBytes(key);
      for (int i = 0; i < length; i++) {
        key[i] = key[i] == '{' ? 0 : key[i];
      }
      assertThat(SlotHash.slot(key, SLOTS)).isEqualTo(bitByBit(key) & (SLOTS - 1));
    }
  }

  private static int bitByBit(byte[] key) {
    int crc = 0;
    for (byte each : key) {
      crc ^= (each & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1;
      }
    }
    return crc;
  }

  @Test
  void hashTagDecides() {
    assertThat(slot("{user1000}.following")).isEqualTo(slot("user1000"));
    assertThat(slot("a{b}c{d}")).isEqualTo(slot("b"));
    assertThat(slot("foo{{bar}}zap")).isEqualTo(slot("{bar"));
  }

  @Test
  void emptyOrOpenTagIsNone() {
    assertThat(slot("foo{}{bar}")).isNotEqualTo(slot("bar")).isNotEqualTo(slot(""));
    assertThat(slot("foo{bar")).isNotEqualTo(slot("bar"));
    assertThat(slot("}foo{bar}")).isEqualTo(slot("bar"));
  }

  @Test
  void doublingTheSlotsSplitsEachInTwo() {
    for (int i = 0; i < 1000; i++) {
      byte[] key = ("key:" + i).getBytes(StandardCharsets.UTF_8);
      for (int slots = 1; slots < SLOTS; slots *= 2) {
        int before = SlotHash.slot(key, slots);
        assertThat(SlotHash.slot(key, slots * 2)).isIn(before, before + slots);
      }
    }
  }

  private static int slot(String key) {
    return SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), SLOTS);
  }
}
