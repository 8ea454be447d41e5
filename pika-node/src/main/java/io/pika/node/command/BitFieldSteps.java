package io.pika.node.command;

import io.pika.node.type.BitField;
import io.pika.node.type.BitField.Overflow;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What follows the key in BITFIELD: {@code [GET type offset | [OVERFLOW WRAP|SAT|FAIL] SET type offset value |
 * INCRBY type offset increment ...]}. A type is {@code i} or {@code u} and a count of bits; an offset counts bits, or
 * after {@code #} fields of that type.
 */
final class BitFieldSteps {
  private static final RefusalException BAD_TYPE = new RefusalException(
      "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
  private static final RefusalException BAD_OFFSET = new RefusalException(
      "ERR bit offset is not an integer or out of range");
  private static final RefusalException BAD_OVERFLOW = new RefusalException(
      "ERR Invalid OVERFLOW type specified");

  private BitFieldSteps() {}

  static List<BitField.Step> parse(Args args, long valueBytesMax) {
    List<BitField.Step> steps = new ArrayList<>();
    Overflow overflow = Overflow.WRAP;
    while (args.hasNext()) {
      int values = args.remaining() - 1;
      if (values >= 2 && args.takeIf("GET")) {
        steps.add(new BitField.Get(takeField(args, valueBytesMax)));
      } else if (values >= 3 && args.takeIf("SET")) {
        steps.add(new BitField.Set(takeField(args, valueBytesMax), args.takeLong(), overflow));
      } else if (values >= 3 && args.takeIf("INCRBY")) {
        steps.add(new BitField.Add(takeField(args, valueBytesMax), args.takeLong(), overflow));
      } else if (values >= 1 && args.takeIf("OVERFLOW")) {
        overflow = takeOverflow(args);
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return steps;
  }

  /** An offset of a single bit. */
  static long offset(byte[] text, long valueBytesMax) {
    return checked(number(text, BAD_OFFSET), valueBytesMax);
  }

  private static BitField takeField(Args args, long valueBytesMax) {
    byte[] type = args.takeBytes();
    boolean signed = type.length > 0 && type[0] == 'i';
    if (!signed && (type.length == 0 || type[0] != 'u')) {
      throw BAD_TYPE;
    }
    long bits = number(Arrays.copyOfRange(type, 1, type.length), BAD_TYPE);
    if (bits < 1 || bits > (signed ? 64 : 63)) {
      throw BAD_TYPE;
    }
    byte[] place = args.takeBytes();
    boolean fields = place.length > 0 && place[0] == '#';
    byte[] digits = fields ? Arrays.copyOfRange(place, 1, place.length) : place;
    // A product beyond 64 bits is cut to them before it is checked, as Redis does.
    long offset = number(digits, BAD_OFFSET) * (fields ? bits : 1);
    return new BitField(signed, (int) bits, checked(offset, valueBytesMax));
  }

  private static Overflow takeOverflow(Args args) {
    if (args.takeIf("WRAP")) {
      return Overflow.WRAP;
    }
    if (args.takeIf("SAT")) {
      return Overflow.SATURATE;
    }
    if (args.takeIf("FAIL")) {
      return Overflow.FAIL;
    }
    throw BAD_OVERFLOW;
  }

  private static long checked(long offset, long valueBytesMax) {
    if (offset < 0 || offset >> 3 >= valueBytesMax) {
      throw BAD_OFFSET;
    }
    return offset;
  }

  private static long number(byte[] text, RefusalException otherwise) {
    if (!Numbers.isLong(text)) {
      throw otherwise;
    }
    return Numbers.parseLong(text);
  }
}
