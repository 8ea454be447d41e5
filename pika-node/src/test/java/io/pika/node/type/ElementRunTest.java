package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ElementRunTest {
  private final AtomicInteger open = new AtomicInteger();

  /** As when a command turns out too long for its turn, or the disk cannot be read. */
  private final class FailingWalk implements ElementWalk {
    @Override
    public boolean next() {
      throw new IllegalStateException("no further");
    }

    @Override
    public byte[] name() {
      return new byte[0];
    }

    @Override
    public byte[] value() {
      return new byte[0];
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private Elements failing() {
    return (Elements) Proxy.newProxyInstance(Elements.class.getClassLoader(), new Class<?>[]{Elements.class},
        (proxy, method, arguments) -> {
          open.incrementAndGet();
          return new FailingWalk();
        });
  }

  @Test
  void aWalkThatEndsWhileItPassesOverElementsIsClosed() {
    for (Direction direction : Direction.values()) {
      ElementRun run = new ElementRun(failing(), Elements.FROM_START, null, direction, 5, 1,
          ElementRun.UNKNOWN,
          () -> ElementRun.UNKNOWN);
      assertThatThrownBy(run::walk).hasMessage("no further");
      assertThat(open).hasValue(0);
    }
  }
}
