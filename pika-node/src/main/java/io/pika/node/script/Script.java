package io.pika.node.script;

import io.pika.node.lua.LuaChunk;
import io.pika.node.lua.LuaSyntaxException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * A script that has been parsed.
 *
 * @param source its text, which nobody changes
 * @param hasShebang it says in its first line what it needs
 */
public record Script(String sha, byte[] source, LuaChunk chunk, boolean hasShebang, Set<ScriptFlag> flags) {
  static final String CHUNK = "user_script";
  /** Longer ones are refused: they are parsed at once, and kept. */
  private static final int MAX_BYTES = 1 << 20;

  /** @throws RefusalException it is no script */
  public static Script compile(byte[] source, String sha) {
    if (source.length > MAX_BYTES) {
      throw new RefusalException("ERR the script is longer than " + MAX_BYTES + " bytes");
    }
    String text = new String(source, StandardCharsets.ISO_8859_1);
    boolean shebang = text.startsWith("#!");
    Set<ScriptFlag> flags = shebang ? flags(text) : Set.of();
    try {
      return new Script(sha, source, LuaChunk.parse(source, CHUNK), shebang, flags);
    } catch (LuaSyntaxException wrong) {
      byte[] message = ("ERR Error compiling script (new function): " + wrong.text())
          .getBytes(StandardCharsets.ISO_8859_1);
      throw new RefusalException(Reply.error(ToRedis.oneLine(message)));
    }
  }

  /** What the first line says (evalExtractShebangFlags of eval.c). */
  private static Set<ScriptFlag> flags(String text) {
    int end = text.indexOf('\n');
    if (end < 0) {
      throw new RefusalException("ERR Invalid script shebang");
    }
    String[] words = text.substring(0, end).strip().split("[ \t\r]+");
    if (!words[0].equals("#!lua")) {
      throw new RefusalException("ERR Unexpected engine in script shebang: " + words[0]);
    }
    Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
    for (int i = 1; i < words.length; i++) {
      if (!words[i].startsWith("flags=")) {
        throw new RefusalException("ERR Unknown lua shebang option: " + words[i]);
      }
      for (String flag : words[i].substring("flags=".length()).split(",")) {
        if (!flag.isEmpty()) {
          flags.add(ScriptFlag.of(flag)
              .orElseThrow(() -> new RefusalException("ERR Unexpected flag in script shebang: " + flag)));
        }
      }
    }
    return Set.copyOf(flags);
  }

  public boolean noWrites() {
    return flags.contains(ScriptFlag.NO_WRITES);
  }
}
