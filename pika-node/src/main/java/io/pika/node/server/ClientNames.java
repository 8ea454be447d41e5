package io.pika.node.server;

import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;

/** What a connection may call itself: printable ASCII without blanks, as in Redis. */
final class ClientNames {
  private ClientNames() {}

  static String checked(byte[] name) {
    for (byte letter : name) {
      if (letter < '!' || letter > '~') {
        throw new RefusalException("ERR Client names cannot contain spaces, newlines or special characters.");
      }
    }
    return new String(name, StandardCharsets.US_ASCII);
  }
}
