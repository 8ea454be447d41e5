package io.pika.manager.rest;

import io.pika.core.meta.MetadataException;
import io.pika.manager.control.Term;
import io.pika.manager.state.Decision;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.Request;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands orders to the controller, and answers with the job that comes of them. */
final class Orders {
  private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
  private static final long DECISION_TIMEOUT_MS = 10_000;
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private Orders() {}

  /** @param fingerprint what the request asks for, without secrets */
  static Origin origin(Call call, String fingerprint) {
    String requestId = call.header("Idempotency-Key");
    if (!requestId.isEmpty() && !REQUEST_ID.matcher(requestId).matches()) {
      throw ApiError.badRequest("invalid_idempotency_key", "the Idempotency-Key cannot be used",
          "1 to 128 visible ASCII characters, such as a UUID");
    }
    String owned = requestId.isEmpty() ? "" : call.token().id() + ":" + requestId;
    return new Origin(call.token().name(), owned, fingerprint);
  }

  /**
   * Answers a request that was carried out before under the same key with the job that came of it. Asked before
   * what the request names is looked for: it may be gone or be called otherwise because of that job.
   */
  static boolean answerRepeated(Call call, Origin origin) throws InterruptedException {
    JobRecord known = origin.requestId().isEmpty()
        ? null
        : call.term().state().jobOfRequest(origin.requestId());
    if (known == null || !known.origin().fingerprint().equals(origin.fingerprint())) {
      return false;
    }
    awaitJob(call, known.id());
    return true;
  }

  /** 202 with the job while it runs, 200 when it is over within the time that the caller waits. */
  static void carryOut(Call call, Request.Order order) throws InterruptedException {
    call.patience();
    awaitJob(call, decide(call.term(), order));
  }

  static void awaitJob(Call call, long id) throws InterruptedException {
    JobRecord job = call.term().controller().await(id, call.patience());
    if (job == null) {
      throw new ApiError(404, "job_not_found", "job " + id + " is over and no longer kept", "");
    }
    call.answerHeader("Location", "/api/v1/jobs/" + id);
    call.answer(job.isRunning() ? 202 : 200, Views.job(call.term(), job));
  }

  /** Waits until the decision is durable; gives what it is about. */
  static long decide(Term term, Request request) throws InterruptedException {
    try {
      return switch (term.submit(request).get(DECISION_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        case Decision.Accepted accepted -> accepted.answer();
        case Decision.Rejected rejected -> throw ApiError.of(rejected.refusal());
      };
    } catch (TimeoutException slow) {
      throw new ApiError(504, "timeout", "the manager did not answer in time; it may still do what was asked",
          "look at the jobs; with an Idempotency-Key the request can be repeated safely");
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof MetadataException trouble) {
        throw trouble(trouble);
      }
      LOG.error("a request failed by a bug", failure);
      throw new ApiError(500, "internal", "this is a bug of the manager", "its log says more");
    }
  }

  private static ApiError trouble(MetadataException trouble) {
    String message = "the manager cannot write its metadata: " + trouble.getMessage();
    return switch (trouble.kind()) {
      case UNAVAILABLE -> new ApiError(503, "store_unavailable", message, "nothing was changed; try again");
      case OUTCOME_UNKNOWN -> new ApiError(503, "outcome_unknown", message,
          "it may or may not have happened; look before you repeat it");
      case COMPACTED, LEASE_LOST, CLOSED ->
        new ApiError(503, "not_leading", message, "try again in a second");
    };
  }
}
