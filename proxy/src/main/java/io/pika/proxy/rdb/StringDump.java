package io.pika.proxy.rdb;

/** A string in the RDB format. */
public final class StringDump {
  private StringDump() {}

  public static void write(RdbWriter out, byte[] value) {
    out.putType(RdbType.STRING);
    out.putString(value);
  }

  /** What follows the type. */
  public static byte[] read(RdbReader in) {
    return in.takeString();
  }
}
