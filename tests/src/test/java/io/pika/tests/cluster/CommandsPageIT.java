package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/commands.md promises is what a running node says of its commands and does with them. */
@ExtendWith(SharedCluster.class)
class CommandsPageIT {
  private static final Path PAGE = Path.of("../docs/commands.md");
  private static final Pattern ROW = Pattern
      .compile("\\| `([^`]+)` \\| (≥ )?(\\d+) \\| (\\w+) \\| (.*?) \\| (.*?) \\| (.*) \\|");
  private static final Pattern REASON = Pattern.compile(" \\*Refused: (.*)\\.\\*");
  private static final String NOT_SERVED = "is not served";
  private static final String TABLE = "commands-page";

  /** @param arity negative: at least so many */
  private record Row(String name, int arity, String support, String time, String since, String text) {
    List<String> words() {
      return List.of(name.split(" "));
    }

    boolean isSubCommand() { return name.contains(" "); }

    boolean isRefused() { return support.equals("refused"); }

    String redisName() {
      return name.toLowerCase(Locale.ROOT).replace(' ', '|');
    }

    /** A request with as few arguments as there may be, and some more. */
    String[] request(int more) {
      List<String> request = new ArrayList<>(words());
      for (int i = request.size(); i < Math.abs(arity) + more; i++) {
        request.add("x" + i);
      }
      return request.toArray(String[]::new);
    }
  }

  @BeforeAll
  static void createTable(TestCluster cluster) {
    cluster.createTable(TABLE, 16, "");
  }

  @Test
  void commandsAndTheirArityAreThoseOfThePage(TestCluster cluster) throws IOException {
    List<Row> rows = rows();
    try (RespConnection client = connect(cluster)) {
      long commands = rows.stream().filter(row -> !row.isSubCommand()).count();
      assertThat(client.call("COMMAND", "COUNT").number()).isEqualTo(commands);
      assertThat(client.call("COMMAND", "LIST").items()).extracting(RespValue::text)
          .containsExactlyInAnyOrderElementsOf(rows.stream().map(Row::redisName).toList());
      for (Row row : rows) {
        RespValue info = client.call("COMMAND", "INFO", row.redisName()).items().getFirst();
        assertThat(info.items().get(0).text()).isEqualTo(row.redisName());
        assertThat(info.items().get(1).number()).as(row.name()).isEqualTo(row.arity());
      }
    }
  }

  @Test
  void documentationIsThatOfThePage(TestCluster cluster) throws IOException {
    try (RespConnection client = connect(cluster)) {
      for (Row row : rows()) {
        List<RespValue> docs = client.call("COMMAND", "DOCS", row.redisName()).items();
        assertThat(docs.getFirst()).isEqualTo(RespValue.bulk(row.redisName()));
        Map<String, RespValue> facts = map(docs.getLast());
        assertThat(text(facts, "since")).as(row.name()).isEqualTo(row.since());
        assertThat(text(facts, "complexity")).as(row.name()).isEqualTo(row.time().replace("\\*", "*"));
        String text = text(facts, "summary");
        if (facts.containsKey("deprecated_since")) {
          text += " Deprecated since " + text(facts, "deprecated_since") + ": " + text(facts, "replaced_by")
              + ".";
        }
        assertThat(text).as(row.name()).isEqualTo(REASON.matcher(row.text()).replaceFirst(""));
      }
    }
  }

  @Test
  void whatThePageRefusesIsRefusedWithItsReasonAndNothingElseIs(TestCluster cluster) throws IOException {
    List<Row> rows = rows();
    for (Row row : rows) {
      if (rows.stream().anyMatch(other -> other.name().startsWith(row.name() + " "))) {
        continue; // its sub-commands say whether they are served
      }
      try (RespConnection client = connect(cluster)) {
        String answer = client.call(row.request(0)).toString();
        if (row.isRefused()) {
          Matcher reason = REASON.matcher(row.text());
          assertThat(reason.find()).as(row.name()).isTrue();
          assertThat(answer).contains(row.redisName(), NOT_SERVED + ": " + reason.group(1));
        } else {
          assertThat(answer).as(row.name()).doesNotContain(NOT_SERVED);
        }
      }
    }
  }

  @Test
  void keysOfARequestAreThoseThatRedisFinds(TestCluster cluster, @TempDir Path temporary) throws IOException {
    assumeThat(RedisServer.program()).as("redis-server is not installed").isPresent();
    try (RedisServer redis = RedisServer.start(temporary);
        RespConnection theirs = redis.connect();
        RespConnection ours = connect(cluster)) {
      for (Row row : rows()) {
        boolean known = !theirs.call("COMMAND", "INFO", row.redisName()).items().getFirst().isNull();
        for (int more = 0; known && more <= 3; more++) {
          String[] asked = Stream
              .concat(Stream.of("COMMAND", "GETKEYS"), Stream.of(row.request(more))).toArray(String[]::new);
          assertThat(ours.call(asked)).as(String.join(" ", asked)).isEqualTo(theirs.call(asked));
        }
      }
    }
  }

  private static RespConnection connect(TestCluster cluster) throws IOException {
    return TestCluster.connect(cluster.node(1), TABLE, "");
  }

  private static Map<String, RespValue> map(RespValue reply) {
    Map<String, RespValue> map = new HashMap<>();
    List<RespValue> items = reply.items();
    for (int i = 0; i < items.size(); i += 2) {
      map.put(items.get(i).text(), items.get(i + 1));
    }
    return map;
  }

  private static String text(Map<String, RespValue> facts, String name) {
    RespValue fact = facts.get(name);
    return fact == null ? "" : fact.text();
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        int arguments = Integer.parseInt(row.group(3));
        rows.add(new Row(row.group(1), row.group(2) == null ? arguments : -arguments, row.group(4),
            row.group(5), row.group(6), row.group(7)));
      }
    }
    return rows;
  }
}
