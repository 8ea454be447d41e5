package io.pika.cli.doctor;

import io.pika.cli.api.ApiException;
import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Cells;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the manager knows: leases of the nodes, what troubles them, tables that are not served, jobs that failed. */
public final class ManagerChecks {
  private final ManagerApi api;

  public ManagerChecks(ManagerApi api) {
    this.api = api;
  }

  public List<Finding> look() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      JsonNode nodes = api.get("/nodes").path("nodes");
      findings.add(Finding.ok("manager", "answers at " + api.base()));
      nodes.forEach(node -> findings.add(lease(node)));
      findings.addAll(failover(api.get("/failover")));
      findings.addAll(tables(api.list("/tables", "tables").path("tables")));
    } catch (ApiException trouble) {
      findings.add(Finding.fail("manager", String.valueOf(trouble.getMessage()), switch (trouble.kind()) {
        case UNREACHABLE, BROKEN -> "./pika up, or --manager URL for another one";
        case NOT_PERMITTED -> "give a token that is valid: --token-file, or PIKA_TOKEN";
        case REFUSED, FAILED -> "./pika logs manager";
      }));
    }
    return findings;
  }

  private static Finding lease(JsonNode node) {
    String name = "node " + node.path("id").asString();
    String state = node.path("state").asString("");
    String trouble = node.path("trouble").asString("");
    String address = node.path("host").asString("") + ":" + node.path("clientPort").asString("");
    if (!state.equals("alive")) {
      return Finding.fail(name,
          "the manager does not hear from " + address + " (" + state
              + "): slots of which only it has a replica are not served",
          "start it (./pika up), or take it out for good (./pika node remove)");
    }
    return trouble.isEmpty()
        ? Finding.ok(name, "holds its lease, " + Cells.text(node.path("keys")) + " keys")
        : Finding.fail(name, "says: " + trouble, "./pika logs, or the log of that machine");
  }

  private static List<Finding> failover(JsonNode failover) {
    List<Finding> findings = new ArrayList<>();
    String brake = failover.path("brake").asString("");
    if (!brake.isEmpty()) {
      findings.add(Finding.fail("failover", brake, "start the nodes, or ./pika failover release"));
    }
    failover.path("waiting").forEach(slots -> findings.add(Finding.fail("failover",
        "slots " + slots.path("from").asString() + "-" + slots.path("to").asString() + " of table "
            + slots.path("table").asString() + " have no leader: " + slots.path("why").asString(),
        "start the nodes that are missing; when they are gone for good, ./pika failover accept-loss")));
    failover.path("alarms").forEach(alarm -> findings.add(
        Finding.fail("failover", alarm.asString(), "this is a bug or a broken disk: keep both directories")));
    return findings;
  }

  private static List<Finding> tables(JsonNode tables) {
    List<Finding> findings = new ArrayList<>();
    int ready = 0;
    for (JsonNode table : tables) {
      String state = table.path("state").asString("");
      if (state.equals("ready")) {
        ready++;
      } else {
        findings.add(Finding.warn("tables", "table " + table.path("name").asString() + " is " + state,
            "./pika job list shows what it waits for"));
      }
    }
    findings.addFirst(Finding.ok("tables", ready + " ready"));
    return findings;
  }
}
