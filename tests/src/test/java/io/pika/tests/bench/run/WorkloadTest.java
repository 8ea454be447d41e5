package io.pika.tests.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.tests.bench.load.Distribution;
import io.pika.tests.bench.server.Durability;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  @Test
  void keysOfOtherSizesHaveOtherNames() {
    assertThat(Workload.named("MSET s:{key} {value} s:{key} {value}", 100))
        .isEqualTo("MSET s100:{key} {value} s100:{key} {value}");
  }

  @Test
  void whatGrowsOrShrinksIsTakenBack() {
    assertThat(List.of(Workload.LPUSH, Workload.LPOP, Workload.SADD))
        .allMatch(each -> each.undo(100).isPresent());
    assertThat(Workload.SET.undo(100)).isEmpty();
  }

  @Test
  void onlyCommandsWithValuesAreMeasuredForEachSize() {
    RunPlan plan = plan(List.of(Workload.SET, Workload.INCR), List.of(100, 4096), 1_000_000);
    assertThat(plan.cases()).extracting(Case::title).containsExactly("SET P1", "SET P16", "SET P1 4096 B",
        "SET P16 4096 B", "INCR P1", "INCR P16");
  }

  @Test
  void bigValuesAreFewer() {
    RunPlan plan = plan(List.of(Workload.SET), List.of(100), 10_000_000);
    assertThat(plan.elements(10)).isEqualTo(10_000_000);
    assertThat(plan.elements(4096)).isEqualTo(102_400);
  }

  private static RunPlan plan(List<Workload> workloads, List<Integer> sizes, int keys) {
    return new RunPlan(workloads, List.of(1, 16), sizes, 50, keys, Distribution.UNIFORM, 5,
        Duration.ofSeconds(1), 3,
        Durability.NONE, RunPlan.Pacing.FULL);
  }
}
