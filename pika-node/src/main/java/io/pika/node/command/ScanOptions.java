package io.pika.node.command;

import io.pika.node.store.KeyFilter;
import io.pika.node.type.AnyKey;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What follows the cursor in SCAN: {@code [MATCH pattern] [COUNT n] [TYPE name]}. The last of each kind counts.
 *
 * @param count about how many keys to look at, above 0
 * @param filter what the options let through; a type that does not exist lets nothing through
 */
public record ScanOptions(long count, KeyFilter filter) {
  private static final long COUNT = 10;

  public static ScanOptions parse(Args args) {
    long count = COUNT;
    Glob pattern = null;
    String type = null;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (hasValue && args.takeIf("COUNT")) {
        count = args.takeLong();
        if (count < 1) {
          throw new RefusalException(Reply.SYNTAX_ERROR);
        }
      } else if (hasValue && args.takeIf("MATCH")) {
        pattern = new Glob(args.takeBytes());
      } else if (hasValue && args.takeIf("TYPE")) {
        type = new String(args.takeBytes(), StandardCharsets.ISO_8859_1);
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new ScanOptions(count, filter(pattern, type));
  }

  /** Keys that match a pattern: what KEYS gives. */
  public static KeyFilter matching(byte[] pattern) {
    return filter(new Glob(pattern), null);
  }

  /** Keys that match a pattern, of one type or any: {@code pattern [type]}, what PKPATTERNMATCHDEL deletes. */
  public static KeyFilter matchingOfType(Args args) {
    Glob pattern = new Glob(args.takeBytes());
    String type = args.hasNext() ? AnyKey.typeName(KeyRangeOptions.type(args.takeText())) : null;
    args.expectEnd();
    return filter(pattern, type);
  }

  private static KeyFilter filter(@Nullable Glob pattern,
      @Nullable String type) {
    if (pattern == null && type == null) {
      return KeyFilter.ALL;
    }
    return (key, code) -> (type == null || AnyKey.typeName(code).equalsIgnoreCase(type))
        && (pattern == null || pattern.matches(key));
  }
}
