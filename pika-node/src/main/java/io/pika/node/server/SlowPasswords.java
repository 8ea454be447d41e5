package io.pika.node.server;

import io.pika.core.model.PasswordHash;
import io.pika.node.acl.Passwords;
import io.pika.node.acl.UserDraft;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Passwords of users as slow hashes, all of one user with one salt: comparing a password with them costs the same for
 * any number, so that nobody can tell by time who has how many. Not for event loops. One for each change: it remembers
 * what it has computed, in case the change has to be made anew.
 */
final class SlowPasswords implements Passwords {
  private final SecureRandom random;
  private final Map<String, String> fresh = new HashMap<>();

  SlowPasswords(SecureRandom random) {
    this.random = random;
  }

  @Override
  public List<String> with(List<String> hashes, String sha256) {
    if (PasswordHash.match(sha256, hashes) != null) {
      return hashes;
    }
    List<String> more = new ArrayList<>(hashes);
    more.add(hashes.isEmpty()
        ? fresh.computeIfAbsent(sha256, password -> PasswordHash.hash(password, random))
        : PasswordHash.hashLike(sha256, hashes.getFirst()));
    return more;
  }

  /** By the password, or by what {@link #shown} says of it. */
  @Override
  public List<String> without(List<String> hashes, String sha256) {
    String match = hashes.stream().filter(hash -> shown(hash).equals(sha256)).findFirst()
        .orElseGet(() -> PasswordHash.match(sha256, hashes));
    return hashes.stream().filter(hash -> !hash.equals(match)).toList();
  }

  @Override
  public String shown(String hash) {
    return UserDraft.sha256Of(hash.getBytes(StandardCharsets.US_ASCII));
  }
}
