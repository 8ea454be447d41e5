package io.pika.cli.command;

import io.pika.cli.show.Column;
import io.pika.cli.show.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the manager says about a job, in words. */
final class Jobs {
  static final List<Column> COLUMNS = List.of(Column.number("id", "id"), Column.computed("job", Jobs::title),
      Column.of("status", "status"), Column.computed("progress", Jobs::progress),
      Column.computed("took", Jobs::took), Column.of("asked by", "by"), Column.of("error", "error"));

  private Jobs() {}

  static boolean isOver(JsonNode job) {
    return !state(job).equals("running");
  }

  static boolean isFailed(JsonNode job) {
    return state(job).equals("failed");
  }

  static String state(JsonNode job) {
    return job.path("status").asString("");
  }

  static String trouble(JsonNode job) {
    return job.path("error").asString("");
  }

  /** {@code create table shop}. */
  static String title(JsonNode job) {
    return job.path("kind").asString("job").replace('-', ' ') + " "
        + job.path("table").asString(job.path("node").asString(""));
  }

  /** {@code [####....] 2 of 4, wait for the leaders: node 3 has not answered}. */
  static String progress(JsonNode job) {
    if (isOver(job)) {
      return "";
    }
    List<JsonNode> steps = job.path("steps").valueStream().toList();
    long done = steps.stream().filter(step -> step.path("status").asString("").equals("done")).count();
    String current = steps.stream().filter(step -> step.path("status").asString("").equals("running"))
        .findFirst()
        .map(step -> ", " + step.path("text").asString("")).orElse("");
    String waiting = job.path("waiting").asString("");
    return Progress.bar(done, steps.size()) + current + (waiting.isEmpty() ? "" : ": " + waiting);
  }

  private static String took(JsonNode job) {
    String from = job.path("createdAt").asString("");
    String to = job.path("finishedAt").asString("");
    return from.isEmpty() || to.isEmpty()
        ? ""
        : Duration.between(Instant.parse(from), Instant.parse(to)).toMillis() + " ms";
  }
}
