package io.pika.proxy.routing;

import io.netty.buffer.ByteBufUtil;
import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * PFCOUNT, PFMERGE, BITOP and LCS of strings in several slots: they are read where they are, each in one instant, and
 * brought along to the slot of the command's first key, where it runs in one instant.
 */
final class CarriedStrings {
  private static final long MAX_BYTES = 64L << 20;
  private static final byte[] NOTHING = {};

  private final SlotCaller.Calls calls;
  private final int protocol;

  CarriedStrings(SlotCaller.Calls calls, int protocol) {
    this.calls = calls;
    this.protocol = protocol;
  }

  Reply run(Request request) {
    int[] positions = KeyFinder.keyPositions(request);
    byte[] home = request.arg(positions[0]);
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(ByteBufUtil.getBytes(request.raw()));
    Set<Bytes> carried = new HashSet<>();
    long bytes = 0;
    for (int position : positions) {
      byte[] key = request.arg(position);
      if (calls.slot(key) != calls.slot(home) && carried.add(Bytes.of(key))) {
        bytes += carry(key, MAX_BYTES - bytes, arguments);
      }
    }
    return calls.forward(home, PartForm.WITH.request(arguments), protocol);
  }

  /** Adds a string as PKPART takes it; what is not there is not carried. Returns its length. */
  private long carry(byte[] key, long atMost, List<byte[]> arguments) {
    Reply length = calls.ask(key, Request.of(PartForm.bytes("STRLEN"), key), 2);
    if (length.equals(Reply.WRONG_TYPE)) {
      arguments.addAll(List.of(key, PartForm.bytes(PartForm.OTHER), NOTHING));
      return 0;
    }
    if (length instanceof Reply.Err error) {
      throw new RefusalException(error);
    }
    if (Answers.number(length) > atMost) {
      throw new RefusalException("ERR the strings that this command reads in other slots are longer than "
          + MAX_BYTES + " bytes together; put its keys together with a hash tag");
    }
    byte[] value = Answers.bytesOrNull(calls.call(key, Request.of(PartForm.bytes("GET"), key)));
    if (value == null) {
      return 0;
    }
    arguments.addAll(List.of(key, PartForm.bytes(PartForm.STRING), value));
    return value.length;
  }
}
