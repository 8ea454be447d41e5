package io.pika.node.acl;

import java.util.List;

/** What is done to a user's passwords; each is given as the SHA-256 of it in hexadecimal. May take its time. */
public interface Passwords {
  /** @return the hashes with one of this password; the same when there is one already */
  List<String> with(List<String> hashes, String sha256);

  /** @return the hashes without that of this password; the same when there is none */
  List<String> without(List<String> hashes, String sha256);

  /** What people are shown of a hash: 64 hexadecimal digits that tell it from others and help nobody to guess. */
  String shown(String hash);
}
