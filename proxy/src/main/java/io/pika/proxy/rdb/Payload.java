package io.pika.proxy.rdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What DUMP gives and RESTORE takes: a value as an RDB file has it, and the proof that it is whole.
 *
 * <pre>| type u8 | value | version u16 LE | crc64 of all before u64 LE |</pre>
 */
public final class Payload {
  private static final int VERSION = 10;
  private static final int FOOTER_BYTES = 10;

  private Payload() {}

  /** A payload of what was written: type and value. */
  public static byte[] of(RdbWriter value) {
    value.putLittleEndian(VERSION, 2);
    value.putLittleEndian(value.crc64(), 8);
    return value.bytes();
  }

  /** A payload of a value in the format already. */
  static byte[] of(RdbType type, byte[] value) {
    int versionAt = value.length + 1;
    ByteBuffer payload = ByteBuffer.allocate(versionAt + FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    payload.put((byte) type.code()).put(value).putShort((short) VERSION);
    payload.putLong(Crc64.of(payload.array(), 0, versionAt + 2));
    return payload.array();
  }

  /** True where it ends with a version that we know and with its own checksum. */
  public static boolean isIntact(byte[] payload) {
    if (payload.length < FOOTER_BYTES) {
      return false;
    }
    ByteBuffer footer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    int versionAt = payload.length - FOOTER_BYTES;
    return (footer.getShort(versionAt) & 0xffff) <= VERSION
        && footer.getLong(versionAt + 2) == Crc64.of(payload, 0, versionAt + 2);
  }

  /**
   * The type and value of an intact payload. What follows the value is ignored, as Redis ignores it.
   *
   * @param bytesMax see {@link RdbReader}
   */
  public static RdbReader read(byte[] payload, long bytesMax) {
    return RdbReader.of(payload, 0, payload.length - FOOTER_BYTES, bytesMax);
  }
}
