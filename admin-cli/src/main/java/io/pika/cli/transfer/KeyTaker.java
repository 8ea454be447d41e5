package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbType.Kind;
import java.io.IOException;

/** Takes keys one after the other, from one thread, which waits here while they come too fast. */
public interface KeyTaker {
  /** @param expireAtMs Unix time in milliseconds; 0: it stays */
  ValueTaker key(byte[] name, Kind kind, long expireAtMs);

  /** A library of functions. */
  void library(byte[] code) throws IOException;

  /** All that comes before this place has been given. */
  void reached(Place place) throws IOException;

  /** Returns when all is where it belongs. */
  void end(Place place) throws IOException;
}
