package io.pika.proxy.routing;

import io.netty.buffer.ByteBufUtil;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;

/** SMOVE and COPY between two slots. */
final class KeysOverSlots {
  private static final RefusalException OTHER_TABLE = new RefusalException(
      "ERR Copying to another database is not allowed in cluster mode");

  private KeysOverSlots() {}

  /** The member is put into the one set before it is taken out of the other: it may be seen in both, never in none. */
  static Reply move(SlotCaller.Calls calls, Request request) {
    byte[] from = request.arg(1);
    byte[] to = request.arg(2);
    byte[] member = request.arg(3);
    if (number(calls, from, "SCARD") == 0) {
      return Reply.ZERO;
    }
    number(calls, to, "SCARD");
    if (number(calls, from, "SISMEMBER", member) == 0) {
      return Reply.ZERO;
    }
    number(calls, to, "SADD", member);
    number(calls, from, "SREM", member);
    return Reply.ONE;
  }

  private static long number(SlotCaller.Calls calls, byte[] key, String command, byte[]... arguments) {
    return Answers.number(calls.call(key, request(command, key, arguments)));
  }

  private static Request request(String command, byte[] key, byte[]... arguments) {
    List<byte[]> all = new ArrayList<>(List.of(PartForm.bytes(command), key));
    all.addAll(List.of(arguments));
    return Request.of(all.toArray(byte[][]::new));
  }

  /** One instant reads, another writes. */
  static Reply copy(SlotCaller.Calls calls, Request request) {
    byte[] to = request.arg(2);
    List<byte[]> options = options(request);
    List<Reply> read = Answers.array(calls.call(request.arg(1),
        transaction(Command.DUMP, Command.PEXPIRETIME, request.arg(1))));
    byte[] dump = Answers.bytesOrNull(read.get(0));
    long expireAtMs = Answers.number(read.get(1));
    if (dump == null) {
      return Reply.ZERO;
    }
    List<byte[]> arguments = new ArrayList<>(
        List.of(Numbers.format(Math.max(expireAtMs, 0)), dump, PartForm.bytes("ABSTTL")));
    arguments.addAll(options);
    Reply done = calls.ask(to, request("RESTORE", to, arguments.toArray(byte[][]::new)), 2);
    if (done instanceof Reply.Err error) {
      return error.code().equals("BUSYKEY") ? Reply.ZERO : error;
    }
    return Reply.ONE;
  }

  private static List<byte[]> options(Request request) {
    Args args = new Args(request, 3);
    List<byte[]> options = List.of();
    while (args.hasNext()) {
      if (args.takeIf("REPLACE")) {
        options = List.of(PartForm.bytes("REPLACE"));
      } else if (args.remaining() > 1 && args.takeIf("DB")) {
        args.takeLong();
        throw OTHER_TABLE;
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return options;
  }

  /** Two commands on a key in one instant, as a leader takes a transaction. */
  private static Request transaction(Command one, Command other, byte[] key) {
    return Request.of(PartForm.bytes(Command.EXEC.redisName()), new byte[0], raw(one, key), raw(other, key));
  }

  private static byte[] raw(Command command, byte[] key) {
    return ByteBufUtil.getBytes(Request.of(PartForm.bytes(command.redisName()), key).raw());
  }
}
