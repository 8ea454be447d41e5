package io.pika.tests.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessFiguresTest {
  @Test
  void timesOfAProcessAndItsChildrenAreAdded() {
    String stat = "17 (a (b) c) S 1 17 17 0 -1 4194560 1 2 3 4 150 250 30 70 20 0 12 0 99 1000";
    assertThat(ProcessFigures.cpuSeconds(stat)).isEqualTo(5.0);
  }

  @Test
  void fieldIsFoundByItsName() {
    assertThat(ProcessFigures.field("VmPeak:\t 9 kB\nVmRSS:\t  1234 kB\n", "VmRSS:")).isEqualTo(1234);
  }
}
