package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyFinderTest {
  /** Also asked of a real redis-server; '' is an empty argument. */
  static final List<String> REQUESTS = List.of("get a", "set a b", "set a b get", "set a b px get",
      "mget a b c",
      "mset a 1 b 2", "mset a 1 b", "msetnx a 1 b 2", "del a b", "rename a b", "copy a b",
      "object encoding a",
      "object encoding", "memory usage a", "xgroup create a b c", "eval x 0", "eval x 2 a b c", "eval x 5 a",
      "eval x -1 a",
      "evalsha x 1 a", "fcall x 1 a", "zunion 2 a b", "zunion 5 a", "zunion x a", "zunion 0 a",
      "zunionstore d 2 a b weights 1 2",
      "zinterstore d 3 a b", "xread streams a b 0 0", "xread count 2 streams a b", "xread count streams a b",
      "xread x y z",
      "xread streams a b c", "xreadgroup group g c streams a >", "xreadgroup group streams c streams a >",
      "sort a",
      "sort a store b", "sort a by store get store store b store c", "sort a limit 1 store store x",
      "sort_ro a",
      "sort_ro a by b", "migrate h 1 a 0 10", "migrate h 1 '' 0 10 keys a b",
      "migrate h 1 '' 0 10 auth keys keys a",
      "migrate h 1 '' 0 10 auth2 keys keys keys a b", "migrate h 1 a 0 10 keys b", "migrate h 1 '' 0 10 copy",
      "georadius a 1 2 3 m", "georadius a 1 2 3 m store b", "georadius a 1 2 3 m store b storedist c",
      "georadiusbymember a m 3 m storedist b", "georadiusbymember a m 3 m", "georadius_ro a 1 2 3 m",
      "bitfield a get u8 0",
      "bitfield a set u8 0 1", "bitfield a", "bitfield a get u8", "lmpop 2 a b left", "blmpop 0 2 a b left",
      "bzmpop 0 1 a min",
      "lmpop 3 a left", "blpop a b 0", "blmove a b left left 0", "bitop and d a b", "pfcount a b",
      "pfmerge d a", "sintercard 2 a b",
      "publish a b", "ssubscribe a", "spublish a b", "ping x", "nosuch a", "client list", "client nosuch",
      "get a b", "config|get a", "touch a b", "exists a", "sdiffstore d a b", "smove a b c", "lcs a b",
      "xinfo stream a",
      "geosearchstore a b frommember m", "zrangestore a b 0 1", "restore a 0 x", "dump a", "watch a b",
      "eval_ro x 1 a",
      "zdiff 2 a", "smembers a", "getex a persist", "wait 1 2");

  @Test
  void keysAreAtTheirPlaces() {
    assertThat(positions("GET", "a")).containsExactly(1);
    assertThat(positions("MSET", "a", "1", "b", "2")).containsExactly(1, 3);
    assertThat(positions("MGET", "a", "b", "c")).containsExactly(1, 2, 3);
    assertThat(positions("RENAME", "a", "b")).containsExactly(1, 2);
    assertThat(positions("OBJECT", "ENCODING", "a")).containsExactly(2);
    assertThat(positions("OBJECT", "HELP")).isEmpty();
    assertThat(positions("PFMERGE", "a")).as("without sources").containsExactly(1);
    assertThat(positions("SPUBLISH", "a", "b")).as("a channel is no key").isEmpty();
    assertThat(positions("PING")).isEmpty();
    assertThat(positions("NOSUCH", "a")).isEmpty();
  }

  @Test
  void keysBehindCountsAndWordsAreFound() {
    assertThat(positions("ZUNIONSTORE", "d", "2", "a", "b", "WEIGHTS", "1", "2")).containsExactly(1, 3, 4);
    assertThat(positions("XREAD", "COUNT", "1", "STREAMS", "a", "b", "0", "0")).containsExactly(4, 5);
    assertThat(positions("MIGRATE", "h", "1", "", "0", "9", "KEYS", "a", "b")).containsExactly(7, 8);
    assertThat(positions("SORT", "a", "BY", "x", "STORE", "b")).containsExactly(1, 5);
  }

  @Test
  void countThatIsNoneOrTooLargeFindsNothing() {
    assertThat(positions("EVAL", "x", "9223372036854775807", "a")).isEmpty();
    assertThat(positions("EVAL", "x", "-1", "a")).isEmpty();
    assertThat(positions("ZUNION", "x", "a")).isEmpty();
  }

  @Test
  void accessSaysWhetherAKeyIsWritten() {
    assertThat(KeyFinder.keys(Request.of("COPY", "a", "b"))).extracting(key -> key.access().writes())
        .containsExactly(false, true);
  }

  private static int[] positions(String... words) {
    return KeyFinder.keyPositions(Request.of(words));
  }
}
