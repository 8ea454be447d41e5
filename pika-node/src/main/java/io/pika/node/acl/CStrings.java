package io.pika.node.acl;

import java.nio.charset.StandardCharsets;

/** Bytes as C takes them for text: until the first zero byte. One letter for each byte. */
final class CStrings {
  private CStrings() {}

  static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What ACLStringHasSpaces of Redis looks for. */
  static boolean hasSpaces(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0 || each == ' ' || each >= '\t' && each <= '\r') {
        return true;
      }
    }
    return false;
  }
}
