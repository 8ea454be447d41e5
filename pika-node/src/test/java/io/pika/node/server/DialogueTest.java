package io.pika.node.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a connection itself is answered, byte for byte as a redis-server says it where the meaning is the same. */
@Timeout(60)
class DialogueTest {
  private static final List<String> COMMANDS = List.of("PING", "PING hello", "PING a b", "ECHO x", "ECHO",
      "TIME x",
      "FOO", "FOO a b c", "foo bar", "GET", "GET a b", "CLIENT", "CLIENT FOO", "CLIENT GETNAME",
      "CLIENT SETNAME bob",
      "CLIENT GETNAME", "CLIENT SETNAME \"a b\"", "CLIENT LIST TYPE foo", "CLIENT LIST ID x",
      "CLIENT LIST FOO",
      "CLIENT LIST TYPE pubsub", "CLIENT KILL 1.2.3.4:5", "CLIENT KILL ID 0", "CLIENT KILL ID x",
      "CLIENT KILL ID 9999",
      "CLIENT KILL FOO bar", "CLIENT KILL ID 1 FOO", "CLIENT KILL TYPE foo", "CLIENT KILL SKIPME maybe ID 1",
      "CLIENT REPLY foo", "CLIENT NO-EVICT on", "CLIENT NO-EVICT maybe", "CLIENT UNBLOCK 1",
      "CLIENT UNBLOCK x",
      "CLIENT UNBLOCK 1 FOO", "CLIENT GETREDIR", "CLIENT TRACKINGINFO", "CLIENT CACHING yes",
      "CLIENT CACHING maybe",
      "CLIENT PAUSE x", "CLIENT PAUSE -1", "CLIENT PAUSE 1 FOO", "CLIENT PAUSE 1", "CLIENT UNPAUSE", "CONFIG",
      "CONFIG FOO", "CONFIG GET", "CONFIG GET nosuchsetting", "CONFIG GET maxclients", "CONFIG SET nosuch 1",
      "CONFIG SET timeout 1 timeout 2", "CONFIG SET timeout", "SLOWLOG GET 0",
      "SLOWLOG GET x", "SLOWLOG GET -2", "SLOWLOG RESET", "SLOWLOG FOO", "SLOWLOG HELP", "HELLO 4", "HELLO x",
      "HELLO 2 FOO", "HELLO 2 SETNAME", "HELLO 2 SETNAME \"a b\"", "WAIT 0 0", "WAIT x 0", "WAIT 0 x",
      "WAIT 0 -1",
      "AUTH a b c d", "SELECT", "SELECT a b", "DBSIZE", "DBSIZE x", "FLUSHDB FOO", "FLUSHALL ASYNC", "KEYS",
      "KEYS *",
      "RANDOMKEY", "SCAN", "SCAN x", "SCAN 0 COUNT 0", "SCAN 0 FOO", "COMMAND GETKEYS GET a",
      "COMMAND COUNT x",
      "ACL", "ACL FOO", "ACL WHOAMI", "ACL WHOAMI x", "ACL USERS", "ACL LIST", "ACL CAT", "ACL CAT nosuch",
      "ACL CAT a b", "ACL GENPASS 0", "ACL GENPASS 4097", "ACL GENPASS x", "ACL GENPASS 1 2", "ACL LOG x",
      "ACL LOG 1 2", "ACL LOG -1", "ACL LOG RESET", "ACL LOG", "ACL GETUSER nobody", "ACL GETUSER default",
      "ACL DRYRUN nobody get a", "ACL DRYRUN default nosuch", "ACL DRYRUN default get",
      "ACL DRYRUN default get a",
      "ACL DRYRUN default config", "ACL DRYRUN default config nosuch", "ACL DELUSER", "ACL DELUSER default",
      "ACL DELUSER nobody", "ACL SETUSER", "ACL SETUSER \"a b\"", "ACL SETUSER ann foo",
      "ACL SETUSER ann (+get",
      "ACL GETUSER ann", "ACL SETUSER ann on nopass ~a* +get (+set ~b)", "ACL GETUSER ann", "ACL LIST",
      "ACL USERS", "ACL DRYRUN ann get b", "ACL DRYRUN ann set b 1", "ACL DELUSER ann nobody", "ACL USERS",
      "RESET", "CLIENT GETNAME");
  private static final List<String> RAW = List.of("*1\r\n$4\r\nPING\r\n", "PING\r\n", "\r\nPING\r\n",
      "*0\r\nPING\r\n",
      "*-1\r\nPING\r\n", "*x\r\n", "*1\r\nPING\r\n", "*1\r\n$-1\r\n", "*1\r\n$x\r\n",
      "*1\r\n$600000000\r\n", "SET a \"b\r\n", "POST / HTTP/1.1\r\n\r\n",
      "*1\r\n$4\r\nPING\r\n*1\r\n%4\r\n", "QUIT\r\nPING\r\n");

  @TempDir Path directory = Path.of("");

  @Test
  void wordsAreThoseOfRedis() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO);
        RespConnection theirs = redis.connect();
        RespConnection ours = node.connect()) {
      SoftAssertions all = new SoftAssertions();
      for (String command : COMMANDS) {
        String line = command + "\r\n";
        all.assertThat(raw(ours, line)).as(command).isEqualTo(raw(theirs, line));
      }
      all.assertAll();
    }
  }

  @Test
  void bytesThatAreNoRequestsAreAnsweredAsRedisDoes() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      SoftAssertions all = new SoftAssertions();
      for (String bytes : RAW) {
        try (RespConnection theirs = redis.connect(); RespConnection ours = node.connect()) {
          all.assertThat(toEnd(ours, bytes)).as(bytes).isEqualTo(toEnd(theirs, bytes));
        }
      }
      all.assertAll();
    }
  }

  private static String raw(RespConnection connection, String bytes) throws Exception {
    connection.sendRaw(bytes.getBytes(StandardCharsets.UTF_8));
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.UTF_8);
  }

  private static String toEnd(RespConnection connection, String bytes) throws Exception {
    connection.sendRaw((bytes + "QUIT\r\n").getBytes(StandardCharsets.UTF_8));
    connection.flush();
    return new String(connection.readToEnd(), StandardCharsets.UTF_8);
  }
}
