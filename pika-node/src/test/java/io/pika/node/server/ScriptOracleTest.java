package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts with their replies byte for byte as a redis-server's, in both protocols; and what only we do. */
@Timeout(120)
class ScriptOracleTest {
  @TempDir Path directory = Path.of("");

  @Test
  void scriptsAreAnsweredAsRedisDoes() throws Exception {
    ScriptLines.assertAnsweredAsRedisDoes("scripts.txt", directory);
  }

  private static String answer(RespConnection connection, String... command) throws IOException {
    return ScriptLines.answer(connection, command);
  }

  @Test
  void scriptsAreStoppedAtTheirLimitsAndNothingOfThemIsKept() throws Exception {
    try (ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO, "lua-time-limit=200")) {
      node.put(ServedNode.table(7, "one", 1, ""));
      try (RespConnection client = RespConnection.open("127.0.0.1", node.port(), Duration.ofSeconds(20))) {
        client.call("SELECT", "one");
        for (String endless : List.of("while true do end", "repeat until false",
            "while true do pcall(function() while true do end end) end",
            "local function f() return f() end return f()",
            "return string.find(string.rep('a', 5000), string.rep('a*', 50) .. 'b')",
            "for i = 1, 1e15 do end", "local s = string.rep('x', 1e6) while true do string.upper(s) end",
            "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.concat(t) end",
            "string.gsub(string.rep('a', 1e6), '.-b', '')",
            "while true do redis.call('get', KEYS[1]) end")) {
          assertThat(answer(client, "EVAL", "redis.call('set', KEYS[1], 1) " + endless, "1", "k"))
              .as(endless).contains("lua-time-limit");
          assertThat(answer(client, "EXISTS", "k")).as(endless).isEqualTo(":0\r\n");
        }
        for (String large : List.of("return string.rep('x', 1e9)", "return string.rep('x', 2e9)",
            "local s = 'x' while true do s = s .. s end",
            "local t = {} for i = 1, 1e9 do t[i] = i end", "local t = {} while true do t = {t} end",
            "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end",
            "local t = {} pcall(function() while true do t[#t + 1] = {} end end) return 1",
            "local function f() return string.rep('x', 1e6) .. f() end return f()",
            "local t = {} for i = 1, 1e9 do t[tostring(i)] = function() return i end end",
            "return string.gsub(string.rep('a', 1e6), 'a', string.rep('b', 1000))")) {
          assertThat(answer(client, "EVAL", "redis.call('set', KEYS[1], 1) " + large, "1", "k"))
              .as(large).containsAnyOf("not enough memory", "lua-time-limit", "stack overflow");
        }
      }
    }
  }

  /** Not by their time, which a busy machine takes its own of. */
  @Test
  void scriptsAreBoundInTheDepthOfTheirCallsAndNotInTheirGarbage() throws Exception {
    try (ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO, "lua-time-limit=60000")) {
      node.put(ServedNode.table(7, "one", 1, ""));
      try (RespConnection client = RespConnection.open("127.0.0.1", node.port(), Duration.ofSeconds(60))) {
        client.call("SELECT", "one");
        assertThat(answer(client, "EVAL", "local function f(n) return 1 + f(n + 1) end return f(1)", "0"))
            .contains("user_script:1: stack overflow");
        assertThat(answer(client, "EVAL", "local s = '' for i = 1, 20000 do s = s .. '(' end"
            + " return {loadstring('return ' .. s)}", "0")).contains("*0");
        assertThat(
            answer(client, "EVAL", "for i = 1, 1e5 do local t = {} for j = 1, 2 do t[j] = 'a' .. j end end"
                + " return 'garbage is no matter'", "0"))
            .contains("matter");
      }
    }
  }

  @Test
  void commandsThatFailChangeNothingAndWhatWasWrittenBeforeStays() throws Exception {
    try (ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      node.put(ServedNode.table(7, "one", 16, ""));
      try (RespConnection client = RespConnection.open("127.0.0.1", node.port(), Duration.ofSeconds(20))) {
        client.call("SELECT", "one");
        assertThat(
            answer(client, "EVAL", "redis.call('set', KEYS[1], 'x') redis.call('incr', KEYS[1])", "1", "k"))
            .contains("not an integer");
        assertThat(answer(client, "GET", "k")).contains("x");
        assertThat(
            answer(client, "EVAL", "for i = 1, 50 do redis.call('set', 'other' .. i, 1) end", "1", "k"))
            .startsWith("-ERR Script attempted to access a non local key in a cluster node");
      }
    }
  }
}
