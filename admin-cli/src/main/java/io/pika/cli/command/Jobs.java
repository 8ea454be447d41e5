package io.pika.cli.command;

import io.pika.cli.show.Cells;
import io.pika.cli.show.Column;
import io.pika.cli.show.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What the manager says about a job, in words. */
final class Jobs {
  static final List<Column> COLUMNS = List.of(Column.number("id", "id"), Column.computed("job", Jobs::title),
      Column.computed("state", Jobs::state), Column.computed("progress", Jobs::progress),
      Column.computed("took", Jobs::took), Column.of("asked by", "by"), Column.of("error", "error"));

  private Jobs() {}

  static boolean isOver(JsonNode job) {
    return !state(job).equals("running");
  }

  static boolean isFailed(JsonNode job) {
    return state(job).equals("failed");
  }

  static String state(JsonNode job) {
    return job.path("status").asString("").toLowerCase(Locale.ROOT);
  }

  static String trouble(JsonNode job) {
    return job.path("error").asString("");
  }

  /** {@code create table shop}. */
  static String title(JsonNode job) {
    return job.path("kind").asString("job").toLowerCase(Locale.ROOT).replace('_', ' ') + " "
        + job.path("name").asString("");
  }

  /** {@code [####....] 2 of 4, wait for the leaders}. */
  static String progress(JsonNode job) {
    int done = 0;
    String current = "";
    JsonNode steps = job.path("steps");
    for (JsonNode step : steps) {
      if (step.path("finishedAt").isNull() || step.path("finishedAt").isMissingNode()) {
        current = current.isEmpty()
            ? ", " + step.path("text").asString(step.path("step").asString(""))
            : current;
      } else {
        done++;
      }
    }
    return isOver(job) ? "" : Progress.bar(done, steps.size()) + current;
  }

  private static String took(JsonNode job) {
    String from = job.path("createdAt").asString("");
    String to = job.path("finishedAt").asString("");
    return from.isEmpty() || to.isEmpty()
        ? ""
        : Duration.between(Instant.parse(from), Instant.parse(to)).toMillis() + " ms";
  }

  static String age(JsonNode time, Instant now) {
    String text = time.asString("");
    return text.isEmpty() ? "" : Cells.duration(Duration.between(Instant.parse(text), now));
  }
}
