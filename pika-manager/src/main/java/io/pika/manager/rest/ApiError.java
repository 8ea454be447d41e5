package io.pika.manager.rest;

import io.pika.manager.state.Refusal;

/** A request that is answered with an error: an HTTP status and {@code {"code", "message", "hint"}}. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String hint;

  /** @param hint what to do; empty when the message says it */
  ApiError(int status, String code, String message, String hint) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  static ApiError badRequest(String code, String message, String hint) {
    return new ApiError(400, code, message, hint);
  }

  static ApiError of(Refusal refusal) {
    int status = switch (refusal.kind()) {
      case INVALID -> 400;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case UNAVAILABLE -> 503;
    };
    return new ApiError(status, refusal.code(), refusal.message(), refusal.hint());
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String hint() {
    return hint;
  }
}
