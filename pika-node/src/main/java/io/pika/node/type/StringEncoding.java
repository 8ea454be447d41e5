package io.pika.node.type;

import io.pika.proxy.protocol.Numbers;

/**
 * How Redis keeps a string in memory. We keep all strings alike; tools ask, so they get what Redis answers for
 * a value as it was written (it forgets that with APPEND and SETRANGE until it restarts; we do not).
 */
enum StringEncoding {
  INT, EMBSTR, RAW;

  private static final int EMBEDDED_BYTES_MAX = 44;

  static StringEncoding of(byte[] value) {
    if (Numbers.isLong(value)) {
      return INT;
    }
    return value.length <= EMBEDDED_BYTES_MAX ? EMBSTR : RAW;
  }

  String redisName() {
    return switch (this) {
      case INT -> "int";
      case EMBSTR -> "embstr";
      case RAW -> "raw";
    };
  }
}
