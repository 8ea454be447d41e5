package io.pika.tests.bench.load;

import java.nio.ByteBuffer;

/** Copies of a template, one buffer for each connection. */
public final class TemplateRequests implements Requests {
  private final Template template;
  private final Draw draw;
  private final Values values;
  private final int batch;
  private final ByteBuffer[] buffers;

  public TemplateRequests(Template template, Draw draw, int connections, int batch) {
    this.template = template;
    this.draw = draw;
    this.batch = batch;
    values = new Values(template.size());
    buffers = new ByteBuffer[connections];
    for (int i = 0; i < connections; i++) {
      buffers[i] = ByteBuffer.allocateDirect(Math.multiplyExact(batch, template.size()));
      for (int j = 0; j < batch; j++) {
        buffers[i].put(template.bytes());
      }
    }
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public ByteBuffer next(int connection) {
    ByteBuffer buffer = buffers[connection];
    for (int i = 0; i < batch; i++) {
      template.patch(buffer, i * template.size(), draw, values);
    }
    return buffer.rewind();
  }
}
