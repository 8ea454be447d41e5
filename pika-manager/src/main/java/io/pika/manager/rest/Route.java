package io.pika.manager.rest;

import io.javalin.http.HandlerType;
import io.pika.manager.state.Role;

/**
 * One row of the API.
 *
 * @param role the least role that a token needs for it
 */
record Route(HandlerType method, String path, Role role, Handler handler) {
  /** What runs once the token is checked. */
  interface Handler {
    void handle(Call call) throws InterruptedException;
  }

  static Route get(String path, Role role, Handler handler) {
    return new Route(HandlerType.GET, path, role, handler);
  }

  static Route post(String path, Role role, Handler handler) {
    return new Route(HandlerType.POST, path, role, handler);
  }

  static Route put(String path, Role role, Handler handler) {
    return new Route(HandlerType.PUT, path, role, handler);
  }

  static Route delete(String path, Role role, Handler handler) {
    return new Route(HandlerType.DELETE, path, role, handler);
  }
}
