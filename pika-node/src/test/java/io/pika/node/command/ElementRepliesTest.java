package io.pika.node.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.engine.KeyHandler;
import io.pika.node.store.Elements;
import io.pika.node.store.StoreBench;
import io.pika.node.type.Direction;
import io.pika.node.type.ElementRun;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.ReplyShape;
import io.pika.proxy.protocol.Request;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementRepliesTest {
  /** A look-up may fail, also because it is one too many for the command's turn. */
  @Test
  void theCountIsLookedUpBeforeTheSnapshotIsTaken(@TempDir Path directory) throws Exception {
    AtomicInteger lookUps = new AtomicInteger();
    Handlers handlers = new Handlers();
    ElementReplies replies = new ElementReplies(new Limits(() -> 1 << 20, 1 << 20),
        new LongReplies(() -> 1, Runnable::run));
    replies.bind(handlers, Command.HGETALL, (args, keys) -> {
      Elements elements = keys.elements(1);
      elements.put(StoreBench.bytes("a"), StoreBench.bytes("1"));
      elements.put(StoreBench.bytes("b"), StoreBench.bytes("2"));
      ElementRun run = new ElementRun(elements, Elements.FROM_START, null, Direction.UP, 0, 9,
          ElementRun.UNKNOWN, () -> failAfterFirst(lookUps));
      return ElementReplies.Answer.of(run, ReplyShape.ARRAY, 1, (name, value, out) -> out.add(value));
    });
    Request request = Request.of("HGETALL", "key");
    KeyHandler alone = requireNonNull(handlers.findAlone(request));
    try (StoreBench bench = new StoreBench(directory)) {
      bench.run(1, 1, keys -> alone.run(new Args(request, 1), keys).release());
      assertThat(bench.store().snapshots().count()).isZero();
    }
  }

  private static long failAfterFirst(AtomicInteger lookUps) {
    if (lookUps.getAndIncrement() > 0) {
      throw new IllegalStateException("looked up again");
    }
    return 2;
  }
}
