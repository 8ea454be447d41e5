package io.pika.manager.rest;

import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobStatus;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Jobs: what runs, what it waits for, what was done lately. */
final class JobsApi {
  private static final int MOST_A_PAGE = 1000;
  private static final int USUAL_A_PAGE = 1000;

  List<Route> routes() {
    return List.of(Route.get("/api/v1/jobs", Role.VIEWER, JobsApi::list),
        Route.get("/api/v1/jobs/{job}", Role.VIEWER, JobsApi::show));
  }

  /** The newest first. */
  private static void list(Call call) {
    call.allowQuery("limit", "before", "status", "table");
    int limit = call.query("limit", USUAL_A_PAGE, 1, MOST_A_PAGE);
    long before = call.query("before", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    JobStatus status = status(call.query("status"));
    String table = call.query("table");
    Collection<JobRecord> jobs = status == JobStatus.RUNNING
        ? new ArrayList<>(call.term().state().runningJobs()).reversed()
        : call.term().state().jobs();
    List<JobRecord> page = jobs.stream()
        .filter(job -> job.id() < before && (status == null || job.status() == status)
            && (table == null || isAbout(call, job, table)))
        .limit(limit + 1L).toList();
    ObjectNode json = Call.object();
    ArrayNode list = json.putArray("jobs");
    page.stream().limit(limit).forEach(job -> list.add(Views.job(call.term(), job)));
    if (page.size() > limit) {
      json.put("next", page.get(limit - 1).id());
    }
    call.answer(200, json);
  }

  private static boolean isAbout(Call call, JobRecord job, String nameOrId) {
    if (!job.kind().isAboutATable()) {
      return false;
    }
    TableRecord table = call.term().state().table(nameOrId);
    return job.name().equals(nameOrId) || Integer.toString(job.subject()).equals(nameOrId)
        || table != null && table.id() == job.subject();
  }

  private static void show(Call call) throws InterruptedException {
    call.allowQuery("wait");
    String id = call.path("job");
    JobRecord job = id.matches("\\d{1,18}")
        ? call.term().controller().await(Long.parseLong(id), call.patience())
        : null;
    if (job == null) {
      throw new ApiError(404, "job_not_found", "there is no job " + Call.printable(id),
          "of jobs that are over, only the newest are kept");
    }
    call.answer(200, Views.job(call.term(), job));
  }

  private static @Nullable JobStatus status(@Nullable String word) {
    if (word == null) {
      return null;
    }
    for (JobStatus status : JobStatus.values()) {
      if (Views.word(status).equals(word)) {
        return status;
      }
    }
    throw ApiError.badRequest("invalid_parameter", "status is none of running, done, failed", "");
  }
}
