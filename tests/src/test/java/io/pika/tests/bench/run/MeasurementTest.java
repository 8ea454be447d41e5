package io.pika.tests.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pika.tests.bench.load.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  @Test
  void ratioIsTheMedianOfTheRoundsAndNotTheRatioOfMedians() {
    Measurement measured = new Measurement(new Case(Workload.SET, 16, 100), 0, figures(100, 300, 200),
        figures(100, 600, 100));
    assertThat(measured.ratio()).isEqualTo(1.0);
    assertThat(measured.lowestRatio()).isEqualTo(0.5);
    assertThat(measured.highestRatio()).isEqualTo(2.0);
  }

  @Test
  void medianOfAnEvenNumberIsInTheMiddle() {
    assertThat(Median.of(DoubleStream.of(9, 1, 2, 4))).isEqualTo(3);
    assertThat(Median.of(DoubleStream.of(5))).isEqualTo(5);
  }

  @Test
  void latenciesOfAllTurnsAreTakenTogether() {
    Figures figures = figures(100, 1000);
    assertThat(figures.latency().getTotalCount()).isEqualTo(1100);
    assertThat(figures.latencyMs(100)).isCloseTo(2.0, within(0.01));
    assertThat(figures.cpuSecondsPerMillion()).isCloseTo(2 * 0.5 * 1e6 / 1100, within(1e-9));
    assertThat(figures.writtenPerSent()).isEqualTo(3.0);
  }

  @Test
  void titleNamesTheSizeOnlyWhereItMatters() {
    assertThat(new Case(Workload.SET, 16, 100).title()).isEqualTo("SET P16");
    assertThat(new Case(Workload.SET, 1, 4096).title()).isEqualTo("SET P1 4096 B");
    assertThat(new Case(Workload.INCR, 1, 4096).title()).isEqualTo("INCR P1");
  }

  /** One turn of a second for each rate; the latency is a microsecond for each request of it, at most two thousand. */
  private static Figures figures(int... rates) {
    return Figures.of(Arrays.stream(rates).mapToObj(MeasurementTest::turn).toList());
  }

  private static Turn turn(int rate) {
    Histogram latency = new Histogram(3);
    latency.recordValueWithCount(Math.min(2 * rate, 2000) * 1000L, rate);
    return new Turn(new Outcome(rate, 10L * rate, 1, latency, List.of(), 0), 0.5, 1, 30L * rate);
  }
}
