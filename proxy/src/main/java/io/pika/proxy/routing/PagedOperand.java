package io.pika.proxy.routing;

import io.pika.proxy.algebra.Member;
import io.pika.proxy.algebra.Operand;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set or sorted set in some slot, read in pages by SSCAN and ZSCAN: their cursor is the hash that members lie by, so it
 * is good wherever the slot is led, and the pages are in order. Each page is one instant.
 */
final class PagedOperand implements Operand {
  /** Of all operands of a command together. */
  private static final int MEMBERS_AT_ONCE = 16_384;
  private static final int PAGE_MAX = 2_048;
  private static final int PAGE_MIN = 16;
  private static final byte[] BEGIN = {'0'};

  /** What a key is. */
  enum Type {
    SET, SORTED_SET, NONE
  }

  private final SlotCaller.Calls calls;
  private final byte[] key;
  private final Type type;
  private final long size;
  private final byte[] pageSize;
  private final Memory memory;
  private byte @Nullable [] cursor = BEGIN;
  private long pageBytes;
  private @Nullable Member last;

  /** What the pages of one command take. */
  static final class Memory {
    private static final long MAX_BYTES = 64L << 20;
    private static final RefusalException TOO_MUCH = new RefusalException(
        "ERR reading the operands of this command side by side would take more than " + MAX_BYTES
            + " bytes; give it fewer keys");

    private long bytes;

    void take(long more) {
      bytes += more;
      if (bytes > MAX_BYTES) {
        throw TOO_MUCH;
      }
    }
  }

  private PagedOperand(SlotCaller.Calls calls, byte[] key, Type type, long size, int operands,
      Memory memory) {
    this.calls = calls;
    this.key = key;
    this.type = type;
    this.size = size;
    this.pageSize = Numbers.format(Math.clamp(MEMBERS_AT_ONCE / operands, PAGE_MIN, PAGE_MAX));
    this.memory = memory;
  }

  /** The sets of these keys; keys of other types are refused. */
  static List<PagedOperand> sets(SlotCaller.Calls calls, List<byte[]> keys) {
    Memory memory = new Memory();
    List<PagedOperand> operands = new ArrayList<>();
    for (byte[] key : keys) {
      long size = Answers.number(calls.call(key, request("SCARD", key)));
      operands.add(new PagedOperand(calls, key, Type.SET, size, keys.size(), memory));
    }
    return operands;
  }

  /** The sets and sorted sets of these keys; keys of other types are refused. */
  static List<PagedOperand> sortedSets(SlotCaller.Calls calls, List<byte[]> keys) {
    Memory memory = new Memory();
    List<PagedOperand> operands = new ArrayList<>();
    for (byte[] key : keys) {
      Reply scored = calls.ask(key, request("ZCARD", key), 2);
      Type type = Type.SORTED_SET;
      if (scored.equals(Reply.WRONG_TYPE)) {
        type = Type.SET;
        scored = calls.call(key, request("SCARD", key));
      } else if (scored instanceof Reply.Err error) {
        throw new RefusalException(error);
      }
      operands.add(new PagedOperand(calls, key, type, Answers.number(scored), keys.size(), memory));
    }
    return operands;
  }

  private static Request request(String command, byte[]... arguments) {
    byte[][] all = new byte[1 + arguments.length][];
    all[0] = command.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Request.of(all);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public List<Member> nextPage() {
    List<Member> page = List.of();
    while (page.isEmpty() && cursor != null) {
      String command = type == Type.SET ? "SSCAN" : "ZSCAN";
      Reply reply = calls.call(key,
          request(command, key, cursor, "COUNT".getBytes(StandardCharsets.US_ASCII), pageSize));
      List<Reply> parts = Answers.array(reply);
      byte[] next = Answers.bytes(parts.get(0));
      cursor = next.length == 1 && next[0] == '0' ? null : next;
      page = members(Answers.array(parts.get(1)));
    }
    return page;
  }

  private List<Member> members(List<Reply> items) {
    memory.take(-pageBytes);
    pageBytes = 0;
    int width = type == Type.SET ? 1 : 2;
    List<Member> members = new ArrayList<>(items.size() / width);
    for (int i = 0; i + width <= items.size(); i += width) {
      byte[] bytes = Answers.bytes(items.get(i));
      double score = type == Type.SET ? 1 : Answers.score(items.get(i + 1));
      Member member = Member.of(bytes, score);
      if (last != null && last.compareTo(member) >= 0) {
        throw new RefusalException(ReplyReader.NONSENSE);
      }
      last = member;
      pageBytes += bytes.length + 64;
      members.add(member);
    }
    memory.take(pageBytes);
    return members;
  }

  @Override
  public double[] scores(List<Member> members) {
    byte[][] arguments = new byte[1 + members.size()][];
    arguments[0] = key;
    for (int i = 0; i < members.size(); i++) {
      arguments[1 + i] = members.get(i).bytes();
    }
    List<Reply> found = Answers.array(
        calls.call(key, request(type == Type.SET ? "SMISMEMBER" : "ZMSCORE", arguments)));
    double[] scores = new double[members.size()];
    if (found.size() != scores.length) {
      throw new RefusalException(ReplyReader.NONSENSE);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(found.get(i));
    }
    return scores;
  }

  private double score(Reply found) {
    if (type == Type.SET) {
      return Answers.number(found) == 1 ? 1 : Member.ABSENT;
    }
    return Answers.score(found);
  }
}
