package io.pika.cli.command;

import io.pika.cli.api.ApiException;
import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Waits for one of the manager's jobs, showing the step that it is at. Ctrl-C ends the waiting, not the job; a manager
 * that goes away meanwhile is waited for too, because the next one goes on with the job.
 */
final class JobWait {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final ManagerApi api;
  private final Screen screen;

  JobWait(ManagerApi api, Screen screen) {
    this.api = api;
    this.screen = screen;
  }

  /** The job as it ended. */
  JsonNode await(JsonNode accepted, Duration patience) throws ApiException, InterruptedException {
    String id = accepted.path("id").asString("");
    long deadline = System.nanoTime() + patience.toNanos();
    JsonNode job = accepted;
    try (Progress progress = new Progress(screen)) {
      while (!Jobs.isOver(job)) {
        if (System.nanoTime() > deadline) {
          throw new ApiException(ApiException.Kind.FAILED, Jobs.title(job) + " goes on after "
              + patience.toSeconds() + " s; ./pika job watch " + id + " shows how far it is");
        }
        progress.waiting(Jobs.title(job) + " " + Jobs.progress(job));
        Thread.sleep(BETWEEN_LOOKS);
        job = look(id, job, progress);
      }
      if (Jobs.isFailed(job)) {
        throw new ApiException(ApiException.Kind.FAILED, Jobs.title(job) + " failed: " + Jobs.trouble(job));
      }
      return job;
    }
  }

  private JsonNode look(String id, JsonNode before, Progress progress)
      throws ApiException, InterruptedException {
    try {
      return api.get("/jobs/" + id + "?wait=1");
    } catch (ApiException trouble) {
      return switch (trouble.kind()) {
        case UNREACHABLE, BROKEN -> {
          progress.waiting("the manager does not answer; the job goes on when it is back");
          yield before;
        }
        case REFUSED, NOT_PERMITTED, FAILED -> throw trouble;
      };
    }
  }
}
