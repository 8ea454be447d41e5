package io.pika.tests.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.tests.bench.load.Outcome;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FloorsTest {
  private static final List<Measurement> MEASURED = List.of(measured(Workload.SET, 80),
      measured(Workload.GET, 50));

  @Test
  void ratioBelowItsFloorIsFound() {
    Floors floors = Floors.parse(List.of("# why", "SET P16 0.70", "", "GET P16   0.51"));
    assertThat(floors.judge(MEASURED)).extracting(Floors.Finding::isBelow).containsExactly(false, true);
  }

  @Test
  void newFloorsHaveAMarginAndAreReadAgain() {
    Floors floors = Floors.below(MEASURED);
    assertThat(floors.lines()).containsExactly("SET P16 0.60", "GET P16 0.38");
    assertThat(Floors.parse(floors.lines()).judge(MEASURED)).noneMatch(Floors.Finding::isBelow);
  }

  @Test
  void measurementWithoutAFloorIsRefused() {
    assertThatThrownBy(() -> Floors.parse(List.of("SET P16 0.1")).judge(MEASURED))
        .hasMessageContaining("GET P16");
  }

  private static Measurement measured(Workload workload, int rate) {
    return new Measurement(new Case(workload, 16, 100), 0, figures(rate), figures(100));
  }

  private static Figures figures(int rate) {
    return Figures.of(List.of(new Turn(new Outcome(rate, rate, 1, new Histogram(3), List.of(), 0), 1, 1, 1)));
  }
}
