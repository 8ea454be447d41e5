package io.pika.manager.rest;

import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import io.pika.manager.state.TokenRecord;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokens: made, listed and revoked by administrators. A token is shown once, when it is made. */
final class TokensApi {
  private static final int MAX_DAYS = 3650;

  private final SecureRandom random;
  private final LongSupplier nowMs;

  TokensApi(SecureRandom random, LongSupplier nowMs) {
    this.random = random;
    this.nowMs = nowMs;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/tokens", Role.ADMIN, this::list),
        Route.post("/api/v1/tokens", Role.ADMIN, this::create),
        Route.delete("/api/v1/tokens/{token}", Role.ADMIN, TokensApi::revoke));
  }

  private void list(Call call) {
    call.allowQuery();
    ObjectNode json = Call.object();
    ArrayNode tokens = json.putArray("tokens");
    call.term().state().tokens().forEach(token -> tokens.add(Views.token(token, nowMs.getAsLong())));
    call.answer(200, json);
  }

  private void create(Call call) throws InterruptedException {
    call.allowQuery();
    JsonFields body = call.body();
    String name = body.text("name");
    Role role = role(body.text("role"));
    long expiresAtMs = instant(body.optionalText("expiresAt"));
    int days = body.integer("days", 0);
    body.end();
    if (days < 0 || days > MAX_DAYS || days > 0 && expiresAtMs > 0) {
      throw ApiError.badRequest("invalid_field", "days is not a number from 1 to " + MAX_DAYS,
          "give either days or expiresAt, or neither for a token that never expires");
    }
    if (days > 0) {
      expiresAtMs = nowMs.getAsLong() + TimeUnit.DAYS.toMillis(days);
    }
    String token = Tokens.random(random);
    long id = Orders.decide(call.term(),
        new Request.CreateToken(name, role, Tokens.hash(token), expiresAtMs));
    TokenRecord made = call.term().state().token((int) id);
    if (made == null) {
      throw new ApiError(404, "token_not_found", "the token was revoked at once", "");
    }
    call.answer(201, Views.token(made, nowMs.getAsLong()).put("token", token));
  }

  /** The token in use may revoke itself. */
  private static void revoke(Call call) throws InterruptedException {
    call.allowQuery();
    call.refuseBody();
    String id = call.path("token");
    TokenRecord token = id.matches("\\d{1,9}") ? call.term().state().token(Integer.parseInt(id)) : null;
    if (token == null) {
      throw new ApiError(404, "token_not_found", "there is no token " + Call.printable(id), "");
    }
    Orders.decide(call.term(), new Request.RevokeToken(token.id()));
    call.answer(200, Call.object().put("revoked", token.id()));
  }

  private static Role role(String word) {
    for (Role role : Role.values()) {
      if (Views.word(role).equals(word)) {
        return role;
      }
    }
    throw ApiError.badRequest("invalid_field", "role is none of admin, operator, viewer", "");
  }

  private static long instant(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException odd) {
      throw ApiError.badRequest("invalid_field", "expiresAt is not a time such as 2027-01-31T12:00:00Z", "");
    }
  }
}
