package io.pika.proxy.rdb;

import io.pika.proxy.protocol.RefusalException;
import java.util.ArrayList;
import java.util.List;

/**
 * Libraries of functions, as FUNCTION DUMP gives them and FUNCTION RESTORE takes them.
 *
 * <pre>| 245 | code string | for each, | version u16 LE | crc64 of all before u64 LE |</pre>
 */
public final class LibraryDump {
  private static final int FUNCTION = 245;
  private static final int FUNCTION_BEFORE_7_0 = 246;

  private LibraryDump() {}

  /** @param bytesMax more than this is refused with {@link TooLongException} */
  public static byte[] write(List<byte[]> codes, long bytesMax) {
    RdbWriter out = new RdbWriter(bytesMax);
    for (byte[] code : codes) {
      out.put(FUNCTION);
      out.putString(code);
    }
    return Payload.of(out);
  }

  /**
   * The codes of a payload.
   *
   * @param bytesMax memory that they may take
   * @throws RefusalException it is none, in Redis' words
   */
  public static List<byte[]> read(byte[] payload, long bytesMax) {
    if (!Payload.isIntact(payload)) {
      throw new RefusalException("ERR DUMP payload version or checksum are wrong");
    }
    List<byte[]> codes = new ArrayList<>();
    RdbReader in = Payload.read(payload, bytesMax);
    while (in.hasNext()) {
      int type = in.takeByte();
      if (type != FUNCTION) {
        throw new RefusalException(type == FUNCTION_BEFORE_7_0
            ? "ERR Pre-GA function format not supported"
            : "ERR given type is not a function");
      }
      try {
        codes.add(in.takeString());
      } catch (DamagedException damaged) {
        throw new RefusalException("ERR failed loading the given functions payload");
      }
    }
    return codes;
  }
}
