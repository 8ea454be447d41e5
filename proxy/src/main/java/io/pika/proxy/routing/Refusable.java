package io.pika.proxy.routing;

import io.pika.proxy.protocol.Request;

/** A sink of the router's own: takes a request back that the local executor refused. */
interface Refusable {
  void refusedHere(Request request);
}
