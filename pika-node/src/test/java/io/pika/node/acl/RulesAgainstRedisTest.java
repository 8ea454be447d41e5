package io.pika.node.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.core.model.StoredUser;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random rules and commands, judged by a real redis-server and here. Single commands come in the order of a hash table there,
 * so words are compared without their order.
 */
class RulesAgainstRedisTest {
  private static final int PROGRAMS = Integer.getInteger("pika.acl.programs", 300);
  private static final long SEED = Long.getLong("pika.acl.seed", System.nanoTime());
  private static final int STEPS = 6;
  private static final int TRIES = 12;
  private static final String USER = "ann";
  /** Commands that Redis does not have come behind its words. */
  private static final Set<String> OWN_COMMANDS = CommandRows.ALL.stream().filter(row -> !row.isOfRedis())
      .map(row -> row.spec().redisName()).flatMap(name -> Stream.of("+" + name, "-" + name))
      .collect(Collectors.toSet());

  private final Passwords passwords = new PlainPasswords();

  @Test
  void everyRuleMeansAndSaysWhatItDoesInRedis(@TempDir Path directory) throws Exception {
    Assumptions.assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory); RespConnection connection = redis.connect()) {
      for (int program = 0; program < PROGRAMS; program++) {
        play(connection, SEED + program);
      }
    }
  }

  private void play(RespConnection redis, long seed) throws Exception {
    RuleDice dice = new RuleDice(new Random(seed));
    ask(redis, request("DELUSER", List.of()));
    ask(redis, request("SETUSER", List.of()));
    User user = UserDraft.of(null).user();
    List<String> told = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      List<byte[]> rules = dice.rules();
      told.add(shown(rules));
      String there = ask(redis, request("SETUSER", rules));
      String here;
      try {
        user = UserDraft.of(user).apply(rules, passwords).user();
        here = "+OK\r\n";
      } catch (RefusalException refused) {
        here = encoded(refused.reply());
      }
      assertThat(here).as("seed %d, rules %s", seed, told).isEqualTo(there);
      User again = User.of(StoredUser.decode(user.stored().encode()));
      String list = ask(redis, List.of("ACL".getBytes(UTF_8), "LIST".getBytes(UTF_8)));
      String details = ask(redis, request("GETUSER", List.of()));
      for (User each : List.of(user, again)) {
        assertThat(words(encoded(UserReplies.line(USER, each, passwords)).split("\r\n", 2)[1]))
            .as("seed %d, LIST, rules %s", seed, told)
            .isEqualTo(words(list.substring(list.indexOf("user " + USER)).split("\r\n", 2)[0]));
        assertThat(words(encoded(UserReplies.details(each, passwords))))
            .as("seed %d, GETUSER, rules %s", seed, told).isEqualTo(words(details));
      }
      for (int i = 0; i < TRIES; i++) {
        List<byte[]> tried = dice.command();
        List<byte[]> dryRun = request("DRYRUN", tried);
        assertThat(encoded(UserReplies.dryRun(again, Request.of(dryRun.toArray(byte[][]::new)))))
            .as("seed %d, %s, rules %s", seed, shown(tried), told).isEqualTo(ask(redis, dryRun));
      }
    }
  }

  private static List<byte[]> request(String subCommand, List<byte[]> more) {
    List<byte[]> words = new ArrayList<>(
        List.of("ACL".getBytes(UTF_8), subCommand.getBytes(UTF_8), USER.getBytes(UTF_8)));
    words.addAll(more);
    return words;
  }

  private static String ask(RespConnection redis, List<byte[]> command) throws IOException {
    redis.send(command.toArray(byte[][]::new));
    redis.flush();
    return new String(redis.readRaw(), ISO_8859_1);
  }

  private static String encoded(Reply reply) {
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(reply, 2, out);
    return out.toString(ISO_8859_1);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[ ()\r\n]+"))
        .filter(word -> !word.matches("\\$[0-9]+") && !OWN_COMMANDS.contains(word)).sorted().toList();
  }

  private static String shown(List<byte[]> words) {
    return words.stream().map(word -> new String(word, UTF_8)).collect(Collectors.joining(" "));
  }
}
