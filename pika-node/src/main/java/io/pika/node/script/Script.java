package io.pika.node.script;

import io.pika.node.lua.LuaChunk;
import io.pika.node.lua.LuaSyntaxException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;

/**
 * A script that has been parsed.
 *
 * @param hasShebang it says in its first line what it needs
 * @param noWrites it says that it does not write
 */
public record Script(String sha, LuaChunk chunk, boolean hasShebang, boolean noWrites) {
  private static final String CHUNK = "user_script";

  /** @throws RefusalException it is no script */
  public static Script compile(byte[] source, String sha) {
    String text = new String(source, StandardCharsets.ISO_8859_1);
    boolean shebang = text.startsWith("#!");
    boolean noWrites = shebang && flags(text);
    try {
      return new Script(sha, LuaChunk.parse(source, CHUNK), shebang, noWrites);
    } catch (LuaSyntaxException wrong) {
      byte[] message = ("ERR Error compiling script (new function): " + wrong.text()).replace('\n', ' ')
          .replace('\r', ' ').getBytes(StandardCharsets.ISO_8859_1);
      throw new RefusalException(Reply.error(message));
    }
  }

  /** Whether the first line says no-writes (evalExtractShebangFlags of eval.c). */
  private static boolean flags(String text) {
    int end = text.indexOf('\n');
    if (end < 0) {
      throw new RefusalException("ERR Invalid script shebang");
    }
    String[] words = text.substring(0, end).strip().split("[ \t\r]+");
    if (!words[0].equals("#!lua")) {
      throw new RefusalException("ERR Unexpected engine in script shebang: " + words[0]);
    }
    boolean noWrites = false;
    for (int i = 1; i < words.length; i++) {
      if (!words[i].startsWith("flags=")) {
        throw new RefusalException("ERR Unknown lua shebang option: " + words[i]);
      }
      for (String flag : words[i].substring("flags=".length()).split(",")) {
        switch (flag) {
          case "no-writes" -> noWrites = true;
          case "", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys" -> {
          }
          default -> throw new RefusalException("ERR Unexpected flag in script shebang: " + flag);
        }
      }
    }
    return noWrites;
  }
}
