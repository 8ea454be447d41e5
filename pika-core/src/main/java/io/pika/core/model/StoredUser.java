package io.pika.core.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pika.core.bytes.Bytes;
import io.pika.core.rpc.UserContent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

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
  public static final String DEFAULT = "default";
  private static final String RIGHTS = "(?i:(?:all|reset)(?:keys|channels)|(?:all|no)commands)"
      + "|(?:~|%(?i:R|W|RW|WR)~|&)\\S*|[+-](?:@?[A-Za-z][A-Za-z0-9_-]*|[A-Za-z][A-Za-z0-9_-]*\\|\\S+)";
  private static final Pattern RIGHT = Pattern.compile(RIGHTS);
  private static final Pattern RULE = Pattern.compile(RIGHTS + "|(?i:(?:skip-)?sanitize-payload)");

  public StoredUser {
    passwordHashes = List.copyOf(passwordHashes);
    rules = List.copyOf(rules);
  }

  /** Whether a user may be called so; {@code default} is the table's own password, and none of these. */
  public static boolean isName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return length > 0 && length <= Attachment.MAX_NAME_BYTES && !name.equals(DEFAULT)
        && name.chars().noneMatch(letter -> letter == '@' || letter == ' ' || Character.isISOControl(letter));
  }

  /**
   * Whether a word has the shape of a rule on commands, keys or channels. Which commands there are it does not say:
   * the manager does not know, and nodes leave out those that they do not know.
   */
  public static boolean hasShapeOfARule(String word) {
    if (!word.startsWith("(") || !word.endsWith(")") || word.length() == 1) {
      return RULE.matcher(word).matches();
    }
    String inside = word.substring(1, word.length() - 1).strip();
    return inside.isEmpty()
        || Arrays.stream(inside.split(" +")).allMatch(part -> RIGHT.matcher(part).matches());
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
