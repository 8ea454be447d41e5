package io.pika.proxy.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What nodes ask of a slot's leader on behalf of a command whose keys lie in several slots, as arguments of PKPART. No
 * client can send it. Numbers are decimal.
 *
 * <pre>
 * MEMBERS staged before member...          adds to a set that is being made and has so many members before: OK
 * SCORED staged before (score f64, member)...            the same for a sorted set
 * PLACE staged size key letter event       the set takes the place of a key, which hears of it; size 0: the key goes
 * DROP staged                              it is not wanted any more
 * WITH request (key, kind, value)...       runs a request in whose slot these keys seem to be; answers as it does
 * MAKE key request                         runs a request that makes a sorted set of that key, which does not stay:
 *                                          answers its members and scores in turn
 * </pre>
 */
public enum PartForm {
  MEMBERS, SCORED, PLACE, DROP, WITH, MAKE;

  /** What a key of {@link #WITH} is. */
  public static final String STRING = "string";
  public static final String OTHER = "other";

  /** The staged collection is not what it was: it expired, or the table was emptied. */
  public static final Reply.Err LOST = Reply
      .error("TRYAGAIN the result was lost while it was being made; nothing was changed");

  public Request request(List<byte[]> arguments) {
    List<byte[]> all = new ArrayList<>(arguments.size() + 2);
    all.add(bytes(Command.PKPART.redisName()));
    all.add(bytes(name()));
    all.addAll(arguments);
    return Request.of(all.toArray(byte[][]::new));
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] bytes(double score) {
    return ByteBuffer.allocate(Double.BYTES).putDouble(score).array();
  }

  public static double score(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getDouble();
  }
}
