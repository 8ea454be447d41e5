package io.pika.proxy.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LzfPropertyTest {
  @Property(tries = 300)
  void whatWasCompressedComesBack(@ForAll("compressible") byte[] value) {
    byte[] small = Lzf.compress(value, value.length + 16);
    if (small != null) {
      assertThat(Lzf.decompress(small, 0, small.length, value.length)).isEqualTo(value);
    }
  }

  @Property(tries = 300)
  void garbageGivesNothingOrAsMuchAsItSaid(@ForAll byte[] garbage, @ForAll("sizes") int size) {
    byte[] out = Lzf.decompress(garbage, 0, garbage.length, size);
    assertThat(out == null || out.length == size).isTrue();
  }

  @Provide
  Arbitrary<byte[]> compressible() {
    return Arbitraries.bytes().between((byte) 0, (byte) 3).array(byte[].class).ofMinSize(3).ofMaxSize(3000);
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.integers().between(0, 5000);
  }
}
