package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.KeyAccess;
import java.util.List;

/** Keys that may be read, written or both. */
record KeyPattern(Bytes text, Glob glob, boolean reads, boolean writes) {
  private static final List<String> WRITING = List.of("update", "insert", "delete");

  KeyPattern(Bytes text, boolean reads, boolean writes) {
    this(text, new Glob(text.array()), reads, writes);
  }

  KeyPattern and(boolean alsoReads, boolean alsoWrites) {
    return new KeyPattern(text, glob, reads || alsoReads, writes || alsoWrites);
  }

  boolean admits(byte[] key, KeyAccess access) {
    boolean needsRead = access.redisNames().contains("access");
    boolean needsWrite = access.redisNames().stream().anyMatch(WRITING::contains);
    return (reads || !needsRead) && (writes || !needsWrite) && glob.matches(key);
  }

  /** As SETUSER takes it. */
  String prefix() {
    return reads && writes ? "~" : reads ? "%R~" : "%W~";
  }
}
