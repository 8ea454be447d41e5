package io.pika.core.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pika.core.bytes.Bytes;
import io.pika.core.rpc.UserContent;
import java.util.List;

/**
 * A table's user as it is kept: the content of an attachment of kind {@link AttachmentKind#USER}. What the rules mean
 * depends on the command table, which the manager does not know: it keeps them as they came.
 *
 * @param anyPassword whatever password is right ({@code nopass})
 * @param passwordHashes see {@link PasswordHash}, each of the SHA-256 of a password in hexadecimal
 * @param rules words of ACL SETUSER, applied in order to a user who may do nothing; none on passwords
 */
public record StoredUser(boolean enabled, boolean anyPassword, List<String> passwordHashes,
    List<Bytes> rules) {
  public StoredUser {
    passwordHashes = List.copyOf(passwordHashes);
    rules = List.copyOf(rules);
  }

  public Bytes encode() {
    UserContent.Builder content = UserContent.newBuilder().setEnabled(enabled).setAnyPassword(anyPassword)
        .addAllPasswordHashes(passwordHashes);
    rules.forEach(rule -> content.addRules(ByteString.copyFrom(rule.array())));
    return Bytes.of(content.build().toByteArray());
  }

  /** @throws IllegalArgumentException it is none */
  public static StoredUser decode(Bytes content) {
    try {
      UserContent user = UserContent.parseFrom(content.array());
      return new StoredUser(user.getEnabled(), user.getAnyPassword(), user.getPasswordHashesList(),
          user.getRulesList().stream().map(rule -> Bytes.of(rule.toByteArray())).toList());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalArgumentException("a user that cannot be read", damaged);
    }
  }
}
