package io.pika.manager.rest;

import io.javalin.http.Context;
import io.pika.manager.control.Term;
import io.pika.manager.state.TokenRecord;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One request with what the checks before the handler found out about it. */
final class Call {
  static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int MAX_WAIT_SECONDS = 60;

  private final Context context;
  private final Term term;
  private final TokenRecord token;

  Call(Context context, Term term, TokenRecord token) {
    this.context = context;
    this.term = term;
    this.token = token;
  }

  Term term() {
    return term;
  }

  TokenRecord token() {
    return token;
  }

  String path(String name) {
    return context.pathParam(name);
  }

  String header(String name) {
    String value = context.header(name);
    return value == null ? "" : value;
  }

  /** A parameter that is not in the list is refused: a misspelt filter would show too much. */
  void allowQuery(String... names) {
    Set<String> allowed = Set.of(names);
    for (String given : context.queryParamMap().keySet()) {
      if (!allowed.contains(given)) {
        throw ApiError.badRequest("unknown_parameter", "there is no query parameter " + printable(given),
            names.length == 0 ? "this route takes none" : "known here: " + String.join(", ", names));
      }
    }
  }

  @Nullable
  String query(String name) {
    return context.queryParam(name);
  }

  int query(String name, int otherwise, int least, int most) {
    String text = context.queryParam(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException noNumber) {
      // refused below with the words for a number out of bounds
    }
    throw ApiError.badRequest("invalid_parameter", name + " is not a number from " + least + " to " + most,
        "");
  }

  boolean flag(String name) {
    String text = context.queryParam(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw ApiError.badRequest("invalid_parameter", name + " is neither true nor false", "");
  }

  /** How long the caller wants to wait for a job. */
  Duration patience() {
    return Duration.ofSeconds(query("wait", 0, 0, MAX_WAIT_SECONDS));
  }

  /** The body, which has to be one JSON object. */
  JsonFields body() {
    return fields(bytes());
  }

  private byte[] bytes() {
    byte[] bytes;
    try (InputStream in = context.bodyInputStream()) {
      bytes = in.readNBytes(MAX_BODY_BYTES + 1);
    } catch (IOException brokenOff) {
      throw ApiError.badRequest("incomplete_body", "the body broke off", "");
    }
    if (bytes.length > MAX_BODY_BYTES) {
      throw new ApiError(413, "body_too_large", "the body has more than " + MAX_BODY_BYTES + " bytes", "");
    }
    return bytes;
  }

  private static JsonFields fields(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JacksonException broken) {
      String where = broken.getLocation() == null
          ? ""
          : " (line " + broken.getLocation().getLineNr() + ", column " + broken.getLocation().getColumnNr()
              + ")";
      throw ApiError.badRequest("invalid_json", "the body is not JSON" + where, "");
    }
    if (!json.isObject()) {
      throw ApiError.badRequest("invalid_json", "the body is not a JSON object", "send { ... }");
    }
    return new JsonFields(json);
  }

  /** For a route that takes no body. */
  void refuseBody() {
    if (bytes().length > 0) {
      throw ApiError.badRequest("unexpected_body", "this route takes no body", "");
    }
  }

  /** For a route that takes nothing, which some clients say with an empty object. */
  void refuseFields() {
    byte[] bytes = bytes();
    if (bytes.length > 0) {
      fields(bytes).end();
    }
  }

  void answer(int status, JsonNode body) {
    write(context, status, body);
  }

  void answerHeader(String name, String value) {
    context.header(name, value);
  }

  static void write(Context context, int status, JsonNode body) {
    context.status(status).contentType("application/json").header("Cache-Control", "no-store")
        .result(JSON.writeValueAsBytes(body));
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** What a caller sent, cut and without control characters, to be shown back to them. */
  static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return cut.replaceAll("\\p{C}", "?");
  }
}
