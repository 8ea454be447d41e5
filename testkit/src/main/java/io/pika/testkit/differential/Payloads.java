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

  private Payloads() {}

  public static List<byte[]> of(Target judge) {
    List<Call> calls = new ArrayList<>();
    for (String value : VALUES) {
      calls.add(Call.of("SET", "k", value));
      calls.add(Call.of("DUMP", "k"));
    }
    List<byte[]> replies = judge.run(2, calls);
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 1; i < replies.size(); i += 2) {
      payloads.add(content(replies.get(i)));
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
