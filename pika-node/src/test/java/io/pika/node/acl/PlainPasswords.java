package io.pika.node.acl;

import java.util.ArrayList;
import java.util.List;

/** Keeps passwords' SHA-256 as they are, which is what Redis does. */
final class PlainPasswords implements Passwords {
  @Override
  public List<String> with(List<String> hashes, String sha256) {
    if (hashes.contains(sha256)) {
      return hashes;
    }
    List<String> more = new ArrayList<>(hashes);
    more.add(sha256);
    return more;
  }

  @Override
  public List<String> without(List<String> hashes, String sha256) {
    return hashes.stream().filter(hash -> !hash.equals(sha256)).toList();
  }

  @Override
  public String shown(String hash) {
    return hash;
  }
}
