package io.pika.cli.command;

import io.pika.cli.api.ApiException;
import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Waits for the manager's jobs, showing the step that each is at. Ctrl-C ends the waiting, not the job. */
final class JobWait {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final ManagerApi api;
  private final Screen screen;

  JobWait(ManagerApi api, Screen screen) {
    this.api = api;
    this.screen = screen;
  }

  /** The job as it ended. */
  JsonNode await(String id, Duration patience) throws ApiException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Progress progress = new Progress(screen)) {
      while (true) {
        JsonNode job = api.get("/jobs/" + ManagerApi.part(id));
        if (Jobs.isOver(job)) {
          if (Jobs.isFailed(job)) {
            throw new ApiException(ApiException.Kind.FAILED,
                Jobs.title(job) + " failed: " + Jobs.trouble(job));
          }
          progress.done(Jobs.title(job));
          return job;
        }
        if (System.nanoTime() > deadline) {
          throw new ApiException(ApiException.Kind.FAILED,
              Jobs.title(job) + " goes on after " + patience.toSeconds()
                  + " s; ./pika job watch " + id + " shows how far it is");
        }
        progress.waiting(Jobs.title(job) + " " + Jobs.progress(job));
        Thread.sleep(BETWEEN_LOOKS);
      }
    }
  }
}
