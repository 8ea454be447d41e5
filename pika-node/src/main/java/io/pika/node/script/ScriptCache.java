package io.pika.node.script;

import io.pika.proxy.protocol.RefusalException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scripts of each table that were loaded or run at this node; the one that was not used for longest goes. Any thread. */
public final class ScriptCache {
  private static final int MAX_SCRIPTS = 1000;
  private static final long MAX_BYTES = 4L << 20;
  private static final long MAX_BYTES_OF_ALL = 32L << 20;

  private final Map<Integer, Scripts> tables = new HashMap<>();
  private long bytesOfAll;

  private static final class Scripts {
    final LinkedHashMap<String, Script> bySha = new LinkedHashMap<>(16, 0.75f, true);
    long bytes;
  }

  public synchronized @Nullable Script find(int table, String sha) {
    Scripts scripts = tables.get(table);
    return scripts == null ? null : scripts.bySha.get(sha);
  }

  /**
   * The script with this text, which is known from now on.
   *
   * @throws RefusalException it is none
   */
  public Script findOrCompile(int table, byte[] source) {
    String sha = Sha1.of(source);
    Script known = find(table, sha);
    if (known == null) {
      known = Script.compile(source, sha);
      add(table, known);
    }
    return known;
  }

  private synchronized void add(int table, Script script) {
    Scripts scripts = tables.computeIfAbsent(table, id -> new Scripts());
    if (scripts.bySha.putIfAbsent(script.sha(), script) != null) {
      return;
    }
    count(scripts, script.chunk().bytes());
    while (scripts.bySha.size() > 1 && (scripts.bySha.size() > MAX_SCRIPTS || scripts.bytes > MAX_BYTES
        || bytesOfAll > MAX_BYTES_OF_ALL)) {
      String oldest = scripts.bySha.keySet().iterator().next();
      Script gone = scripts.bySha.remove(oldest);
      count(scripts, gone == null ? 0 : -gone.chunk().bytes());
    }
  }

  private void count(Scripts scripts, long bytes) {
    scripts.bytes += bytes;
    bytesOfAll += bytes;
  }

  public synchronized void clear(int table) {
    Scripts gone = tables.remove(table);
    if (gone != null) {
      bytesOfAll -= gone.bytes;
    }
  }
}
