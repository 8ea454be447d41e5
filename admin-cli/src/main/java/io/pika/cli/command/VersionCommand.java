package io.pika.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.util.List;

@Command(name = "version", mixinStandardHelpOptions = true, description = "Say which version of pika and of Java this is.")
final class VersionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final OutputOptions output = new OutputOptions();

  VersionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Screen screen = output.screen(surroundings);
    ObjectNode data = JsonMapper.shared().createObjectNode();
    data.put("pika", surroundings.version());
    data.put("java", Runtime.version().toString());
    screen.card(data, List.of(Column.of("pika", "pika"), Column.of("java", "java")));
    return ExitCode.OK;
  }
}
