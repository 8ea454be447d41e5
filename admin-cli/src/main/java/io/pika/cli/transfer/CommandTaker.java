package io.pika.cli.transfer;

import io.pika.proxy.protocol.Request;
import java.io.IOException;

/** Takes the commands of a log one after the other, from one thread, which waits here while they come too fast. */
public interface CommandTaker {
  /**
   * A command that changes data.
   *
   * @param request is the caller's
   * @param after the log's offset behind it
   */
  void command(Request request, long after) throws IOException;

  /** All that comes before this place has been given, and the log can be read from there. */
  void reached(Place.InLog place) throws IOException;

  /** Nothing more comes for now: what was given shall not wait for more. */
  void rest(Place.InLog place) throws IOException;

  /** Returns when all is where it belongs. */
  void end(Place.InLog place) throws IOException;
}
