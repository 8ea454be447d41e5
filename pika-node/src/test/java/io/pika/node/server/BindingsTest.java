package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.FsyncMode;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Scope;
import io.pika.proxy.protocol.Support;
import io.pika.testkit.wire.RespConnection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindingsTest {
  @TempDir Path directory = Path.of("");

  @Test
  void everyServedCommandOfTheSessionIsBoundAndNoOther() throws Exception {
    try (ServedNode node = new ServedNode(directory, FsyncMode.NO)) {
      assertThat(node.server.commands().bound())
          .containsExactlyInAnyOrderElementsOf(Stream.of(Command.values())
              .filter(row -> row.scope() == Scope.SESSION && row.support() != Support.REFUSED).toList());
    }
  }

  /** A switch over sub-commands that forgets one would fail inside. */
  @Test
  void everyServedSubCommandAnswers() throws Exception {
    try (ServedNode node = new ServedNode(directory, FsyncMode.NO); RespConnection client = node.connect()) {
      for (Command command : Command.values()) {
        for (var row : command.subCommands()) {
          if (row.support() != Support.REFUSED && row.scope() == Scope.SESSION) {
            String[] words = row.redisName().split("\\|", -1);
            String[] request = new String[Math.abs(row.arity())];
            Arrays.fill(request, "1");
            System.arraycopy(words, 0, request, 0, words.length);
            assertThat(client.call(request).toString()).as(row.redisName())
                .doesNotStartWith("(error) ERR this command failed");
          }
        }
      }
    }
  }
}
