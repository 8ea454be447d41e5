package io.pika.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.cli.show.Screen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class PikaCommandTest {
  private static final String TABLE = """
      {"id": 1, "name": "shop", "slots": 64, "state": "ready", "blocked": false, "password": true,
       "createdAt": "2026-11-22T08:00:00Z", "leaders": [{"node": 1, "slots": 32}, {"node": 2, "slots": 32}], "ranges": [
         {"from": 0, "to": 31, "epoch": 1, "leader": 1, "replicas": [1]},
         {"from": 32, "to": 63, "epoch": 4, "leader": 2, "replicas": [2, 1, 3], "inStep": [1, 3]}]}""";
  private static final String RUNNING = """
      {"id": 7, "kind": "create-table", "status": "running", "table": "shop", "tableId": 1, "by": "admin",
       "createdAt": "2026-11-22T08:00:00Z", "error": "", "waiting": "node 3 is silent", "steps": [
         {"name": "reserve", "text": "reserve name and id", "status": "done"},
         {"name": "place", "text": "place slots on nodes", "status": "running"}]}""";
  private static final String DONE = RUNNING.replace("running", "done").replace("null",
      "\"2026-11-22T08:00:01Z\"");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  @SuppressWarnings("NullAway.Init") // set up for each test
  private FakeManager manager;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final Queue<String> typedSecrets = new ArrayDeque<>();
  private String input = "";

  @BeforeEach
  void setUp() throws IOException {
    manager = new FakeManager();
    environment.put("PIKA_MANAGER", manager.url());
  }

  @AfterEach
  void tearDown() {
    manager.close();
  }

  private CommandLine commandLine() {
    Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), Screen.TerminalTraits.NONE);
    return PikaCommand.create(new Surroundings(screen, environment, temporary, Path.of("/java"),
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), question -> typedSecrets.poll(),
        "1.2"));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return commandLine().execute(arguments);
  }

  @Test
  void createWaitsForTheJobAndSaysWhatToDoNext() {
    manager.answer("POST /tables", 202, RUNNING).answer("GET /jobs/7?wait=1", 200, RUNNING).answer(
        "GET /jobs/7?wait=1",
        200, DONE);
    assertThat(run("table", "create", "shop", "--slots", "64", "--password", "s3cret")).isZero();
    assertThat(out).hasToString("table shop is ready: SELECT shop after AUTH with its password\n");
    assertThat(err.toString())
        .contains("[############............] 1 of 2, place slots on nodes: node 3 is silent");
    assertThat(manager.asked.getFirst())
        .isEqualTo("POST /api/v1/tables {\"name\":\"shop\",\"slots\":64,\"password\":\"s3cret\"}");
  }

  @Test
  void usersAreSetShownAndDeleted() {
    String ann = "{\"name\":\"ann\",\"enabled\":true,\"anyPassword\":false,\"passwords\":1,"
        + "\"rules\":[\"~*\",\"-flushall\"]}";
    manager.answer("PUT /tables/shop/users/ann", 200, ann)
        .answer("GET /tables/shop/users", 200, "{\"users\":[" + ann + "]}")
        .answer("DELETE /tables/shop/users/ann", 200, "{\"deleted\":\"ann\"}");
    assertThat(run("user", "set", "shop", "ann", "--password", "pw", "--", "~*", "-flushall")).isZero();
    assertThat(manager.asked.getFirst()).isEqualTo("PUT /api/v1/tables/shop/users/ann {\"rules\":[\"~*\","
        + "\"-flushall\"],\"enabled\":true,\"anyPassword\":false,\"password\":\"pw\"}");
    assertThat(run("user", "list", "shop")).isZero();
    assertThat(out.toString()).contains("ann").contains("~* -flushall");
    assertThat(run("user", "delete", "shop", "ann")).isZero();
    assertThat(run("user", "set", "shop", "ann", "+nosuch", "+config|nosuch", "+get", "+select|0"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("there is no such command: +nosuch, +config|nosuch");
  }

  @Test
  void failedJobIsAFailure() {
    manager.answer("POST /tables", 202, RUNNING).answer("GET /jobs/7?wait=1", 200,
        DONE.replace("\"status\": \"done\", \"table\"", "\"status\": \"failed\", \"table\"")
            .replace("\"error\": \"\"", "\"error\": \"no node is up\""));
    assertThat(run("table", "create", "shop")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("create table shop failed: no node is up");
  }

  @Test
  void withoutWaitingTheJobIsNamed() {
    manager.answer("POST /tables", 202, RUNNING);
    assertThat(run("table", "create", "shop", "--no-wait")).isZero();
    assertThat(out).hasToString("job 7\n");
    assertThat(run("table", "create", "shop", "--no-wait", "-o", "json")).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).path("id").asInt()).isEqualTo(7);
  }

  @Test
  void passwordComesFromTheInputOrAPromptAndOneWayOnly() {
    manager.answer("POST /tables", 202, RUNNING).answer("PUT /tables/shop/password", 202, RUNNING)
        .answer("GET /jobs/7?wait=1", 200, DONE);
    input = "from stdin\nnext line";
    assertThat(run("table", "create", "shop", "--password-stdin")).isZero();
    assertThat(manager.asked.getFirst()).endsWith("\"password\":\"from stdin\"}");
    typedSecrets.addAll(List.of("typed", "typed"));
    manager.asked.clear();
    assertThat(run("table", "password", "shop")).isZero();
    assertThat(manager.asked.getFirst())
        .isEqualTo("PUT /api/v1/tables/shop/password {\"password\":\"typed\"}");
    typedSecrets.addAll(List.of("typed", "tipped"));
    assertThat(run("table", "password", "shop")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("the two passwords differ");
    assertThat(run("table", "password", "shop")).as("no terminal").isEqualTo(ExitCode.USAGE);
    assertThat(run("table", "create", "shop", "--password", "a", "--password-stdin"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("in one way only");
  }

  @Test
  void dropAsksForTheNameUnlessToldNotTo() {
    manager.answer("GET /tables/shop", 200, TABLE).answer("DELETE /tables/shop", 202, RUNNING)
        .answer("GET /jobs/7?wait=1", 200, DONE);
    input = "yes\n";
    assertThat(run("table", "drop", "shop")).isEqualTo(ExitCode.FAILED);
    assertThat(manager.asked).containsExactly("GET /api/v1/tables/shop");
    input = "shop\n";
    assertThat(run("table", "drop", "shop")).isZero();
    assertThat(run("table", "drop", "shop", "--yes")).isZero();
    assertThat(out).hasToString("table shop is dropped\n");
  }

  @Test
  void slotOfAKeyNamesItsNode() {
    manager.answer("GET /tables/shop", 200, TABLE);
    assertThat(run("slot", "of", "shop", "foo", "-o", "tsv")).isZero();
    assertThat(out).hasToString("foo\tshop\t22\t1\t1\t1\t\n"); // crc16("foo") is 12182 in Redis Cluster too
    assertThat(run("slot", "show", "shop", "64")).isEqualTo(ExitCode.REFUSED);
    assertThat(run("slot", "list", "shop")).isZero();
    assertThat(out).hasToString("""
        SLOTS  LEADER  REPLICAS  EPOCH  IN STEP
        0-31        1  1             1
        32-63       2  2,1,3         4  1,3
        """);
  }

  @Test
  void namesAreOnePartOfThePath() {
    run("table", "show", "a/b c");
    assertThat(manager.asked).containsExactly("GET /api/v1/tables/a%2Fb%20c");
  }

  @Test
  void exitCodeSaysWhatKindOfTroubleItWas() {
    manager.answer("GET /tables?limit=1000", 401, "{\"message\": \"a token is needed\"}")
        .answer("GET /nodes", 500,
            "{\"code\": \"full\", \"message\": \"the store is full\", \"hint\": \"make room\"}")
        .answer("GET /tokens", 403, "{\"message\": \"this needs the role admin\"}")
        .answer("GET /jobs?limit=50", 200, "<html>");
    assertThat(run("table", "list")).isEqualTo(ExitCode.NOT_PERMITTED);
    assertThat(err.toString())
        .contains("a token is needed; no token was given (--token-file, or PIKA_TOKEN)");
    assertThat(run("token", "list")).isEqualTo(ExitCode.NOT_PERMITTED);
    assertThat(run("table", "show", "none")).isEqualTo(ExitCode.REFUSED);
    assertThat(run("node", "list")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("the store is full; make room");
    assertThat(run("job", "list")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("does not answer like a manager");
    manager.close();
    assertThat(run("table", "list")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).contains("no manager answers at " + environment.get("PIKA_MANAGER"));
  }

  @Test
  void ofSeveralManagersTheOneThatLeadsIsAsked() throws IOException {
    try (FakeManager leading = new FakeManager(); FakeManager dead = new FakeManager()) {
      dead.close();
      manager.leader = leading.url();
      leading.answer("GET /tables/shop", 200, TABLE).answer("DELETE /tables/shop", 200, DONE);
      environment.put("PIKA_MANAGER", dead.url() + "," + manager.url());
      environment.put("PIKA_TOKEN", "pika_of_the_test");
      assertThat(run("table", "drop", "shop", "--yes")).isEqualTo(ExitCode.OK);
      assertThat(manager.asked).containsExactly("GET /api/v1/tables/shop");
      assertThat(leading.asked).contains("DELETE /api/v1/tables/shop");
      assertThat(leading.headers).containsEntry("Authorization", "Bearer pika_of_the_test");
    }
  }

  @Test
  void wrongUsageSaysWhatWasProbablyMeant() {
    assertThat(run("tabel", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Did you mean: pika table");
    assertThat(run("table", "create", "shop", "--slot", "64")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--slots").contains("./pika table create --help");
    assertThat(run("table", "list", "-o", "xml")).isEqualTo(ExitCode.USAGE);
    assertThat(run("table", "list", "--manager", "nonsense")).isEqualTo(ExitCode.USAGE);
    environment.put("PIKA_OUTPUT", "xml");
    assertThat(run("version")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("PIKA_OUTPUT is xml");
  }

  @Test
  void tokenComesFromOptionFileEnvironmentOrTheLocalCluster() throws IOException {
    manager.answer("GET /nodes", 200, "{\"nodes\": []}");
    run("node", "list");
    assertThat(manager.headers).doesNotContainKey("Authorization");
    Path local = temporary.resolve(".pika/manager");
    Files.createDirectories(local);
    Files.writeString(local.resolve("admin.token"), "local\n");
    run("node", "list");
    assertThat(manager.headers).containsEntry("Authorization", "Bearer local");
    environment.put("PIKA_TOKEN", "environment");
    run("node", "list");
    assertThat(manager.headers).containsEntry("Authorization", "Bearer environment");
    run("node", "list", "--token-file", Files.writeString(temporary.resolve("t"), "file\n").toString());
    assertThat(manager.headers).containsEntry("Authorization", "Bearer file");
    run("node", "list", "--token", "option");
    assertThat(manager.headers).containsEntry("Authorization", "Bearer option");
    assertThat(run("node", "list", "--token-file", "/nowhere")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void withoutAClusterLocalCommandsSaySo() {
    assertThat(run("down")).isZero();
    assertThat(err.toString()).contains("there is no cluster in");
    assertThat(run("logs")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("./pika up makes one");
    assertThat(run("up", "--nodes", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("up", "--base-port", "80")).isEqualTo(ExitCode.USAGE);
    assertThat(run("version")).isZero();
    assertThat(out.toString()).contains("1.2");
  }

  @Test
  void completionScriptIsOneForBash() throws Exception {
    assertThat(run("completion", "bash")).isZero();
    Path script = Files.writeString(temporary.resolve("completion.bash"), out.toString());
    Process bash = new ProcessBuilder("bash", "-c",
        "source \"$1\" && COMP_WORDS=(pika tab) COMP_CWORD=1 && _complete_pika && printf '%s ' \"${COMPREPLY[@]}\"",
        "bash", script.toString()).redirectErrorStream(true).start();
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("table");
    assertThat(run("completion", "zsh")).isZero();
    assertThat(out.toString()).contains("compinit");
    assertThat(run("completion", "fish")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void everyCommandExplainsItself() {
    List<String> silent = new ArrayList<>();
    for (CommandLine command : CliPage.all(commandLine())) {
      if (command.getCommandSpec().usageMessage().description().length == 0) {
        silent.add(command.getCommandSpec().qualifiedName());
      }
      command.getCommandSpec().options().stream().filter(option -> option.description().length == 0)
          .forEach(
              option -> silent.add(command.getCommandSpec().qualifiedName() + " " + option.longestName()));
    }
    assertThat(silent).isEmpty();
  }
}
