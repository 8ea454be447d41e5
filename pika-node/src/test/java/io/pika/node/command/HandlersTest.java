package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.SubCommand;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandlersTest {
  private final Handlers handlers = Handlers.create(new Limits(() -> 1 << 20, 64 << 20), new Random(1));

  @Test
  void everyRowThatRunsOnKeysIsBoundAndNoOther() {
    for (Command command : Command.values()) {
      boolean container = !command.subCommands().isEmpty();
      boolean onKeys = Handlers.isOnKeys(command.support(), command.scope()) && !container;
      assertThat(handlers.isBound(command)).as(command.redisName()).isEqualTo(onKeys);
    }
    for (SubCommand row : SubCommand.values()) {
      assertThat(handlers.isBound(row)).as(row.redisName())
          .isEqualTo(Handlers.isOnKeys(row.support(), row.scope()));
    }
  }

  @Test
  void aRowCannotBeBoundTwice() {
    assertThatThrownBy(() -> handlers.on(Command.GET, (args, keys) -> Reply.OK))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("get");
  }

  @Test
  void aRowOfAnotherPlaceCannotBeBoundHere() {
    assertThatThrownBy(() -> handlers.on(Command.PING, (args, keys) -> Reply.PONG))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("ping");
  }
}
