package io.pika.tests.bench.load;

import java.io.ByteArrayOutputStream;
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
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      requests.subList(i * batch, (i + 1) * batch).forEach(words -> bytes.writeBytes(encode(words)));
      batches[i] = ByteBuffer.wrap(bytes.toByteArray());
    }
  }

  private static byte[] encode(String... words) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes("*" + words.length + "\r\n"));
    for (String word : words) {
      byte[] content = bytes(word);
      request.writeBytes(bytes("$" + content.length + "\r\n"));
      request.writeBytes(content);
      request.writeBytes(bytes("\r\n"));
    }
    return request.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
