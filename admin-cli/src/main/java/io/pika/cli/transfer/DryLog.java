package io.pika.cli.transfer;

import io.pika.proxy.protocol.Request;

/** Counts the commands of a log, and does nothing. */
public final class DryLog implements CommandTaker {
  private final Tally tally;

  public DryLog(Tally tally) {
    this.tally = tally;
  }

  @Override
  public void command(Request request, long after) {
    tally.commands(1);
  }

  @Override
  public void reached(Place.InLog place) {}

  @Override
  public void rest(Place.InLog place) {}

  @Override
  public void end(Place.InLog place) {}
}
