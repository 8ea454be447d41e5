package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What DUMP gives on the judge, for programs to RESTORE. */
public final class Payloads {
  private static final List<String> VALUES = List.of("", "a", "0", "-129", "32768", "2147483648",
      "hello world",
      "x".repeat(64), "abc".repeat(100), "0123456789".repeat(2000));

  /** What makes a collection, small ones and such that have another form. */
  private static final List<List<String>> COLLECTIONS = List.of(
      List.of("HSET", "k", "a", "1", "b", "hello", "", "x".repeat(64)),
      List.of("HSET", "k", "a", "1", "b", "x".repeat(100)),
      List.of("SADD", "k", "1", "-5", "70000", "9223372036854775807"),
      List.of("SADD", "k", "a", "", "1"),
      List.of("ZADD", "k", "1", "a", "2.5", "b", "-inf", "", "2", "key:1"),
      List.of("ZADD", "k", "1", "a", "inf", "x".repeat(100)),
      List.of("RPUSH", "k", "a", "b", "1", "", "a"),
      List.of("RPUSH", "k", "x".repeat(9000), "y".repeat(9000)),
      List.of("XADD", "k", "5-1", "a", "1", "b", "2"));

  private Payloads() {}

  public static List<byte[]> of(Target judge) {
    List<Call> calls = new ArrayList<>();
    for (String value : VALUES) {
      calls.add(Call.of("SET", "k", value));
      calls.add(Call.of("DUMP", "k"));
    }
    for (List<String> making : COLLECTIONS) {
      calls.add(Call.of("DEL", "k"));
      calls.add(Call.of(making.toArray(String[]::new)));
      calls.add(Call.of("DUMP", "k"));
    }
    List<byte[]> replies = judge.run(2, calls);
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).name().equals("DUMP")) {
        payloads.add(content(replies.get(i)));
      }
    }
    payloads.add("no payload".getBytes(StandardCharsets.US_ASCII));
    payloads.add(new byte[0]);
    return payloads;
  }

  private static byte[] content(byte[] bulk) {
    String head = new String(bulk, StandardCharsets.ISO_8859_1).lines().findFirst().orElseThrow();
    int start = head.length() + 2;
    return Arrays.copyOfRange(bulk, start, bulk.length - 2);
  }
}
