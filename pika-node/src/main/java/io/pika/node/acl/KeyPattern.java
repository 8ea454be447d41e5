package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.KeyAccess;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keys that may be read, written or both. */
record KeyPattern(Bytes text, Glob glob, boolean reads, boolean writes) {
  /** Asked for with every key: what each kind of access needs, found once. */
  private static final Set<KeyAccess> READING = needing(List.of("access"));
  private static final Set<KeyAccess> WRITING = needing(List.of("update", "insert", "delete"));

  private static final Bytes ALL = Bytes.of("*");

  private static Set<KeyAccess> needing(List<String> words) {
    EnumSet<KeyAccess> needing = EnumSet.allOf(KeyAccess.class);
    needing.removeIf(access -> Collections.disjoint(access.redisNames(), words));
    return needing;
  }

  KeyPattern(Bytes text, boolean reads, boolean writes) {
    this(text, new Glob(text.array()), reads, writes);
  }

  KeyPattern and(boolean alsoReads, boolean alsoWrites) {
    return new KeyPattern(text, glob, reads || alsoReads, writes || alsoWrites);
  }

  boolean admits(byte[] key, KeyAccess access) {
    return (reads || !READING.contains(access)) && (writes || !WRITING.contains(access)) && glob.matches(key);
  }

  boolean readsAll() {
    return reads && text.equals(ALL);
  }

  /** As SETUSER takes it. */
  String prefix() {
    return reads && writes ? "~" : reads ? "%R~" : "%W~";
  }
}
