package io.pika.manager;

import io.pika.core.journal.Disk;
import io.pika.manager.control.Term;
import io.pika.manager.rest.Tokens;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The first token: made when there is none at all, or when the operator has lost the last one and says so. The file
 * is written before the token is valid, so that a crash between leaves no token that nobody knows.
 */
final class AdminToken {
  static final String FILE = "admin.token";
  private static final String NEW_FILE = "admin.token.new";

  private AdminToken() {}

  /** When a new one is made. */
  enum When {
    NONE_EXISTS, ALWAYS
  }

  /** Says whether it made one. */
  static boolean ensure(Disk disk, Term term, SecureRandom random, When when)
      throws IOException, InterruptedException {
    if (when == When.NONE_EXISTS && !term.state().tokens().isEmpty()) {
      return false;
    }
    String token = Tokens.random(random);
    disk.delete(NEW_FILE);
    try (Disk.Output file = disk.append(NEW_FILE)) {
      file.write(ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.US_ASCII)));
      file.force();
    }
    disk.rename(NEW_FILE, FILE);
    try {
      Decision decision = term.submit(new Request.CreateToken("admin", Role.ADMIN, Tokens.hash(token), 0))
          .get(30,
              TimeUnit.SECONDS);
      if (decision instanceof Decision.Rejected rejected) {
        throw new IOException(rejected.refusal().message() + "; " + rejected.refusal().hint());
      }
      return true;
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("the administrator's token could not be kept: " + failure.getMessage(), failure);
    }
  }
}
