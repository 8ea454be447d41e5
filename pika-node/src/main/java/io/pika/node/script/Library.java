package io.pika.node.script;

import io.pika.core.bytes.Bytes;
import io.pika.node.lua.LuaChunk;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A library of functions that has been read.
 *
 * @param code its whole text, with the line that names it
 * @param functions by name
 */
public record Library(String name, Bytes code, LuaChunk chunk, List<Function> functions) {
  /** The one that there is. */
  public static final String ENGINE = "LUA";

  /** @param description null: none */
  public record Function(String name, @Nullable String description, Set<ScriptFlag> flags) {
    boolean noWrites() {
      return flags.contains(ScriptFlag.NO_WRITES);
    }
  }

  public Library {
    functions = List.copyOf(functions);
  }
}
