package io.pika.cli.command;

import io.pika.cli.api.ApiException;
import io.pika.cli.api.ManagerApi;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.Member;
import io.pika.cli.show.Cells;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "status", mixinStandardHelpOptions = true, description = {
    "Show the cluster: its processes on this machine, and what the manager knows of the nodes.",
    "The exit code is 0 when everything serves, 3 when no manager answers, 1 when something else does not serve."})
final class StatusCommand implements Callable<Integer> {
  private static final List<Column> PROCESSES = List.of(Column.of("process", "process"),
      Column.number("node", "node"),
      Column.of("state", "state"),
      Column.number("pid", "pid"), Column.of("running for", "uptime"), Column.number("port", "port"));

  private final Surroundings surroundings;
  private final InstantSource clock = InstantSource.system();

  @Mixin private final ManagerOptions manager = new ManagerOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ApiException {
    Screen screen = output.screen(surroundings);
    LocalCluster local = surroundings.cluster(surroundings.dir(manager.dir));
    ObjectNode status = JsonMapper.shared().createObjectNode();
    ArrayNode processes = status.putArray("processes");
    boolean all = processes(local, processes);
    ManagerApi api = manager.api(surroundings);
    try {
      status.set("cluster", api.get("/cluster"));
      status.set("nodes", api.get("/nodes").path("nodes"));
      status.set("failover", api.get("/failover"));
      nameNodes(processes, status.path("nodes"));
    } catch (ApiException silent) {
      show(screen, status);
      throw silent;
    }
    show(screen, status);
    boolean nodesUp = status.path("nodes").valueStream()
        .allMatch(node -> node.path("state").asString("").equals("alive"));
    boolean led = status.path("failover").path("waiting").isEmpty();
    return all && nodesUp && led ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Whether all of them run. */
  private boolean processes(LocalCluster local, ArrayNode list) throws IOException {
    Optional<ClusterDir.Description> description = local.dir().description();
    if (description.isEmpty()) {
      return true;
    }
    boolean all = true;
    for (Member member : description.get().members()) {
      Optional<ProcessHandle> process = local.running(member);
      all &= process.isPresent();
      ObjectNode row = list.addObject().put("process", member.name())
          .put("state", process.isPresent() ? "running" : "not running");
      process.ifPresent(handle -> {
        row.put("pid", handle.pid());
        handle.info().startInstant().ifPresent(start -> row.put("uptime", since(start)));
      });
      row.put("port", switch (member) {
        case Member.Manager() -> description.get().ports().managerRest();
        case Member.Node(int number) -> description.get().ports().client(number);
      });
    }
    return all;
  }

  /** Ids come from the manager, in the order in which nodes registered. */
  private static void nameNodes(ArrayNode processes, JsonNode nodes) {
    for (JsonNode process : processes) {
      nodes.valueStream().filter(node -> node.path("clientPort").asInt() == process.path("port").asInt())
          .forEach(node -> ((ObjectNode) process).set("node", node.path("id")));
    }
  }

  private String since(Instant start) {
    return Cells.duration(Duration.between(start, clock.instant()));
  }

  private static void show(Screen screen, ObjectNode status) {
    switch (screen.form()) {
      case JSON -> screen.json(status);
      case TSV -> screen.list(status, NodeCommands.COLUMNS, status.path("nodes"));
      case TABLE -> {
        JsonNode cluster = status.path("cluster");
        if (cluster.isObject()) {
          screen.say("cluster " + cluster.path("clusterId").asString("") + ", version "
              + cluster.path("softwareVersion").asString("") + ", " + cluster.path("tables").asString("")
              + " tables, "
              + cluster.path("keys").asString("") + " keys");
          screen.say("");
        }
        if (!status.path("processes").isEmpty()) {
          screen.list(status, PROCESSES, status.path("processes"));
          screen.say("");
        }
        if (!status.path("nodes").isEmpty()) {
          screen.list(status, NodeCommands.COLUMNS, status.path("nodes"));
        }
        if (!status.path("failover").path("waiting").isEmpty()) {
          screen.say("");
          screen.say("some slots have no leader: ./pika failover show");
        }
      }
    }
  }
}
