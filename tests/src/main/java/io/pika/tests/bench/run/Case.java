package io.pika.tests.bench.run;

/**
 * One thing that is measured.
 *
 * @param pipeline requests that a connection sends before it waits for their replies
 * @param valueBytes of each value that is written or read
 */
public record Case(Workload workload, int pipeline, int valueBytes) {
  /** As tables name it: {@code SET P16}, with the size where it is not the usual one. */
  public String title() {
    String size = workload.hasValues() && valueBytes != RunPlan.USUAL_VALUE_BYTES
        ? " " + valueBytes + " B"
        : "";
    return workload + " P" + pipeline + size;
  }
}
