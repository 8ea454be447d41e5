package io.pika.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class SettingsPropertyTest {
  private static final Setting<Long> SIZE = Setting.bytes("size", "0", "");
  private static final Setting<Duration> TIME = Setting.duration("time", "0", "");

  @Property
  void writtenSizeIsReadBack(@ForAll @LongRange(min = 0, max = 1L << 59) long bytes) {
    assertThat(SIZE.parse(SIZE.format(bytes))).isEqualTo(bytes);
    assertThat(SIZE.parse(SIZE.format(bytes & -1024))).isEqualTo(bytes & -1024);
  }

  @Property
  void writtenDurationIsReadBack(@ForAll @LongRange(min = 0, max = 1L << 50) long ms) {
    assertThat(TIME.parse(TIME.format(Duration.ofMillis(ms)))).isEqualTo(Duration.ofMillis(ms));
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    for (Setting<?> row : SettingsTest.SPEC.rows()) {
      try {
        assertThat(row.parse(text)).isNotNull();
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessage(row.allowed());
      }
    }
  }
}
