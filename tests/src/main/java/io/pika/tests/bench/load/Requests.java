package io.pika.tests.bench.load;

import java.nio.ByteBuffer;

/** Where the bytes of requests come from, a batch at a time. One thread. */
public interface Requests {
  /** Requests in each batch. */
  int batch();

  /** The next batch for that connection, ready to be written; its own until the connection asks again. */
  ByteBuffer next(int connection);
}
