package io.pika.tests.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Batches of requests that were made ahead, sent again and again. */
public final class PreparedRequests implements Requests {
  private final int batch;
  private final ByteBuffer[] batches;
  private int at;

  /** @param requests words of each; a number of whole batches of them is used, at least one */
  public PreparedRequests(List<String[]> requests, int batch) {
    this.batch = batch;
    batches = new ByteBuffer[requests.size() / batch];
    if (batches.length == 0) {
      throw new IllegalArgumentException("fewer requests than one batch has");
    }
    for (int i = 0; i < batches.length; i++) {
      byte[][] encoded = requests.subList(i * batch, (i + 1) * batch).stream().map(PreparedRequests::encode)
          .toArray(byte[][]::new);
      batches[i] = joined(encoded);
    }
  }

  private static ByteBuffer joined(byte[][] requests) {
    int bytes = 0;
    for (byte[] request : requests) {
      bytes += request.length;
    }
    ByteBuffer joined = ByteBuffer.allocateDirect(bytes);
    for (byte[] request : requests) {
      joined.put(request);
    }
    return joined.flip();
  }

  private static byte[] encode(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.getBytes(StandardCharsets.UTF_8).length).append("\r\n").append(word)
          .append("\r\n");
    }
    return request.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int batch() {
    return batch;
  }

  /** A view of its own, since several connections may be sending the same batch. */
  @Override
  public ByteBuffer next(int connection) {
    at = at + 1 == batches.length ? 0 : at + 1;
    return batches[at].duplicate();
  }
}
