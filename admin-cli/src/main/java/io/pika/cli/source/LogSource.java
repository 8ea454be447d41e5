package io.pika.cli.source;

import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.CommandTaker;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Samples;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the commands of a log that change data to a taker. The log's own words are understood here: which database the
 * commands work on, and transactions, which are given only when they are complete. For one thread.
 */
final class LogSource {
  private final Choice choice;
  private final CommandTaker taker;
  private final Samples samples;
  private long database;
  /** Of an open transaction; null: there is none. */
  private @Nullable List<Held> open;
  private Place.InLog safe;

  /** @param after offset behind it */
  private record Held(Request request, long after) {}

  LogSource(Choice choice, CommandTaker taker, Samples samples, Place.InLog from) {
    this.choice = choice;
    this.taker = taker;
    this.samples = samples;
    this.database = from.database();
    this.safe = from;
  }

  /** From where the log can be read again: behind the last complete transaction. */
  Place.InLog safe() {
    return safe;
  }

  boolean isInTransaction() { return open != null; }

  /** Takes over the request. @param after the log's offset behind it */
  void take(Request request, long after) throws IOException {
    Command command = request.command();
    List<Held> held = open;
    switch (command) {
      case MULTI -> {
        open = new ArrayList<>();
        request.release();
        return;
      }
      case EXEC -> {
        request.release();
        open = null;
        for (Held each : held == null ? List.<Held>of() : held) {
          give(each.request, each.after);
        }
      }
      case null, default -> {
        if (held != null) {
          held.add(new Held(request, after));
          return;
        }
        give(request, after);
      }
    }
    safe = new Place.InLog(after, database);
    taker.reached(safe);
  }

  private void give(Request request, long after) throws IOException {
    try {
      switch (request.command()) {
        case SELECT -> database = Long.parseLong(request.text(1));
        case PING, REPLCONF, PUBLISH, SPUBLISH -> {
          return;
        }
        case null, default -> {
          if (choice.takesDatabase(database) || request.command() == Command.FLUSHALL) {
            for (int key : KeyFinder.keyPositions(request)) {
              samples.forget(request.arg(key));
            }
            taker.command(request, after);
          }
        }
      }
    } finally {
      request.release();
    }
  }
}
