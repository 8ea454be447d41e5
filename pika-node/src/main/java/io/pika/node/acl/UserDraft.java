package io.pika.node.acl;

import io.pika.core.model.StoredUser;
import io.pika.node.acl.UserFlags.Sanitizing;
import io.pika.proxy.protocol.InlineCommand;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A user that is being changed, as ACLSetUser of Redis does it. Used by one thread. */
public final class UserDraft {
  /** So that a list of hashes is no way to have many slow hashes computed. */
  static final int MAX_PASSWORDS = 32;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private UserFlags flags = UserFlags.NEW;
  private List<String> passwordHashes = List.of();
  private Selector root = new Selector();
  private final List<Selector> more = new ArrayList<>();

  UserDraft() {}

  /** @param user null: a new one, that may do nothing and cannot log in */
  public static UserDraft of(@Nullable User user) {
    UserDraft draft = new UserDraft();
    if (user != null) {
      draft.flags = user.flags();
      draft.passwordHashes = user.passwordHashes();
      draft.root = user.root().copy();
      draft.more.addAll(user.selectors().subList(1, user.selectors().size()));
    }
    return draft;
  }

  User user(StoredUser stored) {
    return new User(flags.enabled(stored.enabled()).anyPassword(stored.anyPassword()),
        stored.passwordHashes(), selectors());
  }

  public User user() {
    return new User(flags, passwordHashes, selectors());
  }

  private List<Selector> selectors() {
    List<Selector> all = new ArrayList<>();
    all.add(root);
    all.addAll(more);
    return all;
  }

  /** Applies the words of SETUSER in order. What does not fit is refused in Redis' words; the draft is then of no use. */
  public UserDraft apply(List<byte[]> rules, Passwords passwords) {
    for (byte[] rule : merged(rules)) {
      try {
        apply(rule, passwords);
      } catch (RuleException refused) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(CStrings.bytes("ERR Error in ACL SETUSER modifier '"));
        text.writeBytes(printable(rule));
        text.writeBytes(CStrings.bytes("': " + refused.getMessage()));
        throw new RefusalException(Reply.error(text.toByteArray()));
      }
    }
    return this;
  }

  /** Words from one that opens a parenthesis to one that closes it are one; one that opens again begins anew. */
  private static List<byte[]> merged(List<byte[]> rules) {
    List<byte[]> merged = new ArrayList<>();
    ByteArrayOutputStream open = null;
    byte[] opened = {};
    for (byte[] rule : rules) {
      boolean closes = rule.length > 0 && rule[rule.length - 1] == ')';
      if (rule.length > 0 && rule[0] == '(' && !closes) {
        open = new ByteArrayOutputStream();
        open.writeBytes(rule);
        opened = rule;
      } else if (open != null) {
        open.write(' ');
        open.writeBytes(CStrings.bytes(CStrings.text(rule)));
      } else {
        merged.add(rule);
      }
      if (open != null && closes) {
        merged.add(open.toByteArray());
        open = null;
      }
    }
    if (open != null) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.writeBytes(CStrings.bytes("ERR Unmatched parenthesis in acl selector starting at '"));
      text.writeBytes(printable(opened));
      text.writeBytes(CStrings.bytes("'."));
      throw new RefusalException(Reply.error(text.toByteArray()));
    }
    return merged;
  }

  /** An error is one line: Redis makes blanks of what would end it. */
  private static byte[] printable(byte[] word) {
    byte[] line = CStrings.bytes(CStrings.text(word));
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\r' || line[i] == '\n') {
        line[i] = ' ';
      }
    }
    return line;
  }

  private void apply(byte[] rule, Passwords passwords) throws RuleException {
    if (rule.length == 0) {
      return;
    }
    switch (CStrings.text(rule).toLowerCase(Locale.ROOT)) {
      case "on" -> flags = flags.enabled(true);
      case "off" -> flags = flags.enabled(false);
      case "nopass" -> {
        flags = flags.anyPassword(true);
        passwordHashes = List.of();
      }
      case "skip-sanitize-payload" -> flags = flags.sanitizing(Sanitizing.NO);
      case "sanitize-payload" -> flags = flags.sanitizing(Sanitizing.YES);
      case "resetpass" -> {
        flags = flags.anyPassword(false);
        passwordHashes = List.of();
      }
      case "clearselectors" -> more.clear();
      case "reset" -> {
        flags = UserFlags.NEW.sanitizing(Sanitizing.YES);
        passwordHashes = List.of();
        root = new Selector();
        more.clear();
      }
      default -> applySigned(rule, passwords);
    }
  }

  private void applySigned(byte[] rule, Passwords passwords) throws RuleException {
    switch (rule[0]) {
      case '>' -> addPassword(sha256(rule), passwords);
      case '#' -> addPassword(givenHash(rule), passwords);
      case '<' -> removePassword(sha256(rule), passwords);
      case '!' -> removePassword(givenHash(rule), passwords);
      default -> applyRights(rule);
    }
  }

  private void applyRights(byte[] rule) throws RuleException {
    if (rule[0] == '(' && rule[rule.length - 1] == ')') {
      Selector selector = new Selector();
      for (byte[] word : inside(rule)) {
        SelectorRules.apply(selector, word);
      }
      more.add(selector);
    } else {
      SelectorRules.apply(root, rule);
    }
  }

  /** Quotes that do not close make it empty, as in Redis. */
  private static List<byte[]> inside(byte[] selector) {
    if (selector.length < 2) {
      return List.of();
    }
    try {
      return InlineCommand
          .split(CStrings.bytes(CStrings.text(Arrays.copyOfRange(selector, 1, selector.length - 1))));
    } catch (ProtocolException unbalanced) {
      return List.of();
    }
  }

  /** A rule from the store: what only another version knows gives no right, and takes none. */
  void applyKnown(byte[] rule) {
    if (rule.length > 0 && rule[0] == '(') {
      Selector selector = new Selector();
      for (byte[] word : inside(rule)) {
        applyKnown(selector, word);
      }
      more.add(selector);
    } else if (CStrings.text(rule).equals(Sanitizing.NO.word)) {
      flags = flags.sanitizing(Sanitizing.NO);
    } else if (CStrings.text(rule).equals(Sanitizing.YES.word)) {
      flags = flags.sanitizing(Sanitizing.YES);
    } else {
      applyKnown(root, rule);
    }
  }

  private static void applyKnown(Selector selector, byte[] word) {
    try {
      SelectorRules.apply(selector, word);
    } catch (RuleException unknown) {
      return;
    }
  }

  private void addPassword(String sha256, Passwords passwords) throws RuleException {
    List<String> after = passwords.with(passwordHashes, sha256);
    if (after.size() > MAX_PASSWORDS) {
      throw new RuleException("a user has at most " + MAX_PASSWORDS + " passwords");
    }
    passwordHashes = after;
    flags = flags.anyPassword(false);
  }

  private void removePassword(String sha256, Passwords passwords) throws RuleException {
    List<String> after = passwords.without(passwordHashes, sha256);
    if (after.size() == passwordHashes.size()) {
      throw new RuleException(RuleException.NO_SUCH_PASSWORD);
    }
    passwordHashes = after;
  }

  private static String givenHash(byte[] rule) throws RuleException {
    String hash = new String(rule, 1, rule.length - 1, StandardCharsets.ISO_8859_1);
    if (!SHA_256.matcher(hash).matches()) {
      throw new RuleException(RuleException.BAD_HASH);
    }
    return hash;
  }

  private static String sha256(byte[] rule) {
    return sha256Of(Arrays.copyOfRange(rule, 1, rule.length));
  }

  /** In hexadecimal: what the slow hashes of users' passwords are made from. */
  public static String sha256Of(byte[] password) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
