package io.pika.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Settings whose text means something. */
class WordsOfSettingsTest {
  @Test
  void aKindOfClientThatIsNotNamedHasItsDefault() {
    String text = "pubsub 1mb 2kb 3";
    assertThat(OutputLimit.parse(OutputLimit.Of.PUBSUB, text))
        .isEqualTo(new OutputLimit(1 << 20, 2 << 10, 3));
    assertThat(OutputLimit.parse(OutputLimit.Of.NORMAL, text))
        .isEqualTo(new OutputLimit(1L << 30, 256L << 20, 60));
  }

  @Test
  void malformedLimitsAreRefused() {
    for (String text : new String[]{"", "normal 1 1", "normal 1 1 -1", "other 1 1 1", "normal x 1 1",
        "normal 1 1 1 normal 1 1 1", "normal 1 1 1 pubsub"}) {
      assertThat(OutputLimit.isValid(text)).as(text).isFalse();
    }
    assertThat(OutputLimit.isValid("pubsub 0 0 0 normal 1gb 0 60")).isTrue();
  }

  @Test
  void eventsNeedAChannelAndAClass() {
    assertThat(EventClasses.parse("").isOn()).isFalse();
    assertThat(EventClasses.parse("KE").isOn()).isFalse();
    assertThat(EventClasses.parse("A").isOn()).isFalse();
    assertThat(EventClasses.parse("Kx").isOn()).isTrue();
    assertThat(EventClasses.parse("EA").has('z')).isTrue();
    assertThat(EventClasses.parse("EA").has('m')).isFalse();
    assertThat(EventClasses.isValid("KEq")).isFalse();
  }
}
