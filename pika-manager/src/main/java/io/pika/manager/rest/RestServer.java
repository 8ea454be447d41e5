package io.pika.manager.rest;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.pika.manager.control.Term;
import io.pika.manager.state.TokenRecord;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The HTTP server. Every route but health and documentation stands in one table with the role it needs; a token is
 * checked before anything else of the request is looked at.
 */
public final class RestServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
  private static final String BEGAN = "began-nanos";
  private static final int IDLE_TIMEOUT_MS = 75_000;

  private final Supplier<@Nullable Term> terms;
  private final Supplier<String> rival;
  private final LongSupplier nowMs;
  private final ManagerMetrics metrics;
  private final JvmGcMetrics garbageCollection;
  private final Documentation documentation = new Documentation();
  private final List<Route> routes;
  private final Javalin server;

  /**
   * Where it listens, and what it is made of.
   *
   * @param port 0: any free one
   * @param hashesAtATime how many cores the slow hashes of passwords may take
   */
  public record Options(String host, int port, String version, int hashesAtATime) {}

  /**
   * Listens; a RuntimeException with the cause when it cannot.
   *
   * @param rival address of the manager that leads while this one does not; empty when there is none, or it is not known
   */
  public RestServer(Options options, Supplier<@Nullable Term> terms, Supplier<String> rival,
      SecureRandom random,
      LongSupplier nowMs) {
    this.terms = terms;
    this.rival = rival;
    this.nowMs = nowMs;
    this.metrics = new ManagerMetrics(terms);
    this.garbageCollection = metrics.bindGarbageCollection();
    this.routes = List.copyOf(table(options, random));
    this.server = Javalin.create(config -> configure(config, options));
    server.start();
  }

  /** The one table of routes. */
  private List<Route> table(Options options, SecureRandom random) {
    List<Route> all = new ArrayList<>();
    all.addAll(new ClusterApi(options.version()).routes());
    all.addAll(new NodesApi().routes());
    Passwords passwords = new Passwords(random, options.hashesAtATime());
    all.addAll(new TablesApi(passwords).routes());
    all.addAll(new UsersApi(passwords).routes());
    all.addAll(new FailoverApi().routes());
    all.addAll(new JobsApi().routes());
    all.addAll(new TokensApi(random, nowMs).routes());
    return all;
  }

  private void configure(JavalinConfig config, Options options) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.jetty.host = options.host();
    config.jetty.port = options.port();
    config.jetty.modifyHttpConfiguration(http -> {
      http.setSendServerVersion(false);
      http.setIdleTimeout(IDLE_TIMEOUT_MS);
    });
    config.routes.before(context -> context.attribute(BEGAN, System.nanoTime()));
    config.routes.get("/health", this::health);
    config.routes.get("/ready", this::ready);
    config.routes.get("/metrics", this::scrape);
    config.routes.get("/api/openapi.yaml", documentation::openApi);
    config.routes.get("/api/docs", documentation::page);
    config.routes.get("/api/docs/{file}", documentation::file);
    for (Route route : routes) {
      config.routes.addHttpHandler(route.method(), route.path(), checked(route));
    }
    config.routes.exception(ApiError.class, (error, context) -> answer(context, error));
    config.routes.exception(HttpResponseException.class,
        (error, context) -> answer(context, ofJavalin(error)));
    config.routes.exception(InterruptedException.class, (stopping, context) -> answer(context,
        new ApiError(503, "stopping", "the manager is stopping", "try again in a second")));
    config.routes.exception(Exception.class, (bug, context) -> {
      LOG.error("{} {} failed by a bug", context.method(), route(context), bug);
      answer(context, new ApiError(500, "internal", "this is a bug of the manager", "its log says more"));
    });
    config.routes.after(this::measure);
  }

  private Handler checked(Route route) {
    return context -> {
      Term term = terms.get();
      if (term == null) {
        sendOn(context);
        return;
      }
      TokenRecord token = TokenCheck.of(context, term, nowMs.getAsLong());
      if (!token.role().includes(route.role())) {
        throw new ApiError(403, "forbidden", "a token with the role " + Views.word(token.role())
            + " may not do this", "it takes the role " + Views.word(route.role()));
      }
      route.handler().handle(new Call(context, term, token));
    };
  }

  private static ApiError notLeading(String leader) {
    return leader.isEmpty()
        ? new ApiError(503, "not_leading", "this manager does not lead (yet)", "try again in a second")
        : new ApiError(307, "not_leading", "the manager at " + leader + " leads", "send the request there");
  }

  /**
   * Everything but health is the leader's: this one has no state, not even tokens. 307 keeps method and body; whoever
   * follows it to another host has to send the token again, which most clients do not do unasked.
   */
  private void sendOn(Context context) {
    String leader = rival.get();
    ApiError error = notLeading(leader);
    if (!leader.isEmpty()) {
      String query = context.queryString();
      context.header("Location", leader + context.req().getRequestURI() + (query == null ? "" : "?" + query));
    }
    answer(context, error);
  }

  /** That the process answers, and who leads. */
  private void health(Context context) {
    boolean leading = terms.get() != null;
    ObjectNode json = Call.object().put("status", "up").put("leading", leading);
    String leader = leading ? "" : rival.get();
    if (!leader.isEmpty()) {
      json.put("leader", leader);
    }
    Call.write(context, 200, json);
  }

  /** That it does its work: leads, or stands by for another one that does. */
  private void ready(Context context) {
    boolean leading = terms.get() != null;
    String leader = leading ? "" : rival.get();
    ObjectNode json = Call.object().put("status",
        leading ? "ready" : leader.isEmpty() ? "not leading" : "standby");
    if (!leader.isEmpty()) {
      json.put("leader", leader);
    }
    Call.write(context, leading || !leader.isEmpty() ? 200 : 503, json);
  }

  /** Not sent on: the numbers are this process's. */
  private void scrape(Context context) {
    Term term = terms.get();
    if (term == null) {
      throw notLeading("");
    }
    TokenCheck.of(context, term, nowMs.getAsLong());
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.text());
  }

  private static void answer(Context context, ApiError error) {
    if (error.status() == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
    Call.write(context, error.status(), Call.object().put("code", error.code())
        .put("message", String.valueOf(error.getMessage())).put("hint", error.hint()));
  }

  private static ApiError ofJavalin(HttpResponseException error) {
    return switch (error.getStatus()) {
      case 404 -> new ApiError(404, "not_found", "there is no such route", "/api/docs shows all");
      case 405 -> new ApiError(405, "method_not_allowed", "the route does not know this method",
          "/api/docs shows all");
      case 413 -> new ApiError(413, "body_too_large", "the body is too large", "");
      default -> new ApiError(error.getStatus(), "refused", String.valueOf(error.getMessage()), "");
    };
  }

  private void measure(Context context) {
    Long began = context.attribute(BEGAN);
    if (began != null) {
      metrics.request(route(context), context.method().toString(), context.statusCode(),
          Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** The route's pattern, never the path: paths are as many as callers make up. */
  private static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null || endpoint.method == HandlerType.BEFORE || endpoint.method == HandlerType.AFTER
        ? "unknown"
        : endpoint.path;
  }

  List<Route> routes() {
    return routes;
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
    garbageCollection.close();
  }
}
