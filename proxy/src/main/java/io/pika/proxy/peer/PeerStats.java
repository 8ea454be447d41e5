package io.pika.proxy.peer;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of one side of the connections between nodes, for the metrics page. On the client's side "in" are
 * replies and "out" requests; on the server's side the other way round. All but the gauges only grow.
 *
 * @param requests sent or received
 * @param refused answered with a status other than OK
 * @param overloaded not sent because too much was waiting
 * @param unknown sent, and never answered
 * @param handshakesRefused connections without the cluster's secret, or to the wrong node
 * @param badFrames connections closed over one
 * @param connections gauge: open and authenticated
 * @param inFlight gauge: requests without an outcome
 * @param inFlightBytes gauge: their bytes
 */
public record PeerStats(LongAdder requests, LongAdder refused, LongAdder overloaded, LongAdder unknown,
    LongAdder handshakesRefused, LongAdder badFrames, LongAdder bytesIn, LongAdder bytesOut,
    LongAdder connections,
    LongAdder inFlight, LongAdder inFlightBytes) {
  public PeerStats() {
    this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(),
        new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
  }
}
