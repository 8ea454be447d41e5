package io.pika.manager.rest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of a request's body. Each is taken once; {@link #end} refuses those that nobody took. */
final class JsonFields {
  private final JsonNode json;
  private final Set<String> taken = new HashSet<>();

  JsonFields(JsonNode json) {
    this.json = json;
  }

  String text(String name) {
    String value = optionalText(name);
    if (value == null) {
      throw ApiError.badRequest("missing_field", "the field " + name + " is missing", "");
    }
    return value;
  }

  @Nullable
  String optionalText(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw wrongType(name, "a string");
    }
    return value.asString();
  }

  int integer(String name, int otherwise) {
    JsonNode value = take(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrongType(name, "a whole number");
    }
    return value.asInt();
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = take(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(name, "true or false");
    }
    return value.asBoolean();
  }

  List<String> texts(String name) {
    JsonNode value = take(name);
    if (value == null || !value.isArray()) {
      throw wrongType(name, "a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isString()) {
        throw wrongType(name, "a list of strings");
      }
      texts.add(each.asString());
    }
    return texts;
  }

  void end() {
    for (String name : json.propertyNames()) {
      if (!taken.contains(name)) {
        throw ApiError.badRequest("unknown_field", "there is no field " + Call.printable(name),
            taken.isEmpty()
                ? "this route takes none"
                : "known here: " + String.join(", ", taken.stream().sorted().toList()));
      }
    }
  }

  private @Nullable JsonNode take(String name) {
    taken.add(name);
    JsonNode value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static ApiError wrongType(String name, String wanted) {
    return ApiError.badRequest("invalid_field", "the field " + name + " is not " + wanted, "");
  }
}
