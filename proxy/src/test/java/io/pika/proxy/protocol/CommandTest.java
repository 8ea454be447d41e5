package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommandTest {
  @Test
  void everyCommandIsFoundInAnyCase() {
    for (Command command : Command.values()) {
      for (String name : List.of(command.redisName(), command.redisName().toUpperCase(Locale.ROOT))) {
        byte[] bytes = Model.bytes("!" + name + "!");
        assertThat(Command.find(bytes, 1, name.length())).isEqualTo(command);
        assertThat(Command.find(Unpooled.wrappedBuffer(bytes), 1, name.length())).isEqualTo(command);
        assertThat(Command.find(bytes, 1, name.length() + 1)).isNull();
        assertThat(Command.find(bytes, 0, name.length() + 1)).isNull();
      }
    }
  }

  @Test
  void whatFollowsANameDoesNotCountAndEveryBitOfItDoes() {
    for (Command command : Command.values()) {
      byte[] bytes = Model.bytes(command.redisName() + "\r\n$3\r\nget\r\n");
      int length = command.redisName().length();
      assertThat(Command.find(bytes, 0, length)).isEqualTo(command);
      for (int bit = 0; bit < 8 * length; bit++) {
        byte[] other = bytes.clone();
        other[bit / 8] ^= (byte) (1 << bit % 8);
        boolean otherCase = bit % 8 == 5 && Character.isLetter(bytes[bit / 8]);
        assertThat(Command.find(other, 0, length) == command).isEqualTo(otherCase);
      }
    }
  }

  @Test
  void noNameIsNoCommand() {
    assertThat(Command.find(new byte[0], 0, 0)).isNull();
    assertThat(Command.find(Model.bytes("g\u0000t"), 0, 3)).isNull();
  }

  @Test
  void everySubCommandIsFoundInAnyCase() {
    for (SubCommand row : SubCommand.values()) {
      String name = row.redisName().substring(row.redisName().indexOf('|') + 1);
      assertThat(SubCommand.find(row.command(), Model.bytes(name))).isEqualTo(row);
      assertThat(SubCommand.find(row.command(), Model.bytes(name.toUpperCase(Locale.ROOT)))).isEqualTo(row);
    }
    assertThat(SubCommand.find(Command.CLIENT, Model.bytes("nope"))).isNull();
  }

  @Test
  void subCommandsBelongToContainers() {
    for (Command command : Command.values()) {
      boolean container = command.flags().contains(Flag.LEADS) || command == Command.COMMAND;
      assertThat(command.subCommands().isEmpty()).as(command.redisName()).isEqualTo(!container);
    }
  }

  @Test
  void everyRowHasItsLineForPeople() {
    List<String> rows = Stream.concat(Stream.of(Command.values()).map(Command::redisName),
        Stream.of(SubCommand.values()).map(SubCommand::redisName)).sorted().toList();
    assertThat(CommandDocs.names()).isEqualTo(rows);
    Set<String> summaries = new HashSet<>();
    for (Command command : Command.values()) {
      CommandDocs.Doc doc = CommandDocs.of(command.spec());
      assertThat(doc.summary()).as(command.redisName()).endsWith(".").hasSizeLessThan(100);
      summaries.add(doc.summary());
    }
    assertThat(summaries).as("summaries are not copied").hasSizeGreaterThan(Command.values().length - 10);
  }

  @Test
  void whatIsServedInASlotSaysWhereItsKeysAre() {
    List<String> without = new ArrayList<>();
    for (Command command : Command.values()) {
      boolean byKey = command.scope() == Scope.KEY && command.support() != Support.REFUSED;
      boolean below = command.subCommands().stream()
          .allMatch(row -> !row.keys().isEmpty() || row.redisName().endsWith("|help"));
      if (byKey && command.keys().isEmpty() && (command.subCommands().isEmpty() || !below)) {
        without.add(command.redisName());
      }
    }
    assertThat(without).isEmpty();
  }

  @Test
  void splitCommandsTakeAnyNumberOfKeys() {
    for (Command command : Command.values()) {
      if (command.support() == Support.SPLIT) {
        assertThat(command.keys()).as(command.redisName()).singleElement()
            .satisfies(key -> assertThat(key.find()).isInstanceOfSatisfying(KeySpec.Find.Range.class,
                range -> assertThat(range.last()).isEqualTo(-1)));
      }
    }
  }

  @Test
  void commandOfOneKeyNamesItsPlace() {
    assertThat(Command.GET.onlyKey()).isEqualTo(1);
    assertThat(Command.MGET.onlyKey()).isZero();
    assertThat(Command.PING.onlyKey()).isZero();
    assertThat(Command.RENAME.onlyKey()).isZero();
    assertThat(SubCommand.OBJECT_ENCODING.spec().onlyKey()).isEqualTo(2);
  }
}
