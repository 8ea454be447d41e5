package io.pika.cli.command;

import io.pika.cli.api.ApiException;
import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Screen;
import java.time.Duration;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** For commands whose work goes on in the manager as a job. */
final class WaitOptions {
  @Option(names = "--no-wait", description = "Return as soon as the manager has taken it on; prints the job's id.") boolean noWait;

  @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long to wait. The job goes on after that. Default: ${DEFAULT-VALUE}.") int timeoutSeconds;

  /**
   * @param accepted the manager's answer: the job
   * @param sentence said when it is done
   */
  void finish(ManagerApi api, Screen screen, JsonNode accepted, String sentence)
      throws ApiException, InterruptedException {
    if (noWait) {
      screen.done(accepted, "job " + accepted.path("id").asString(""));
      return;
    }
    screen.done(new JobWait(api, screen).await(accepted, Duration.ofSeconds(timeoutSeconds)), sentence);
  }
}
