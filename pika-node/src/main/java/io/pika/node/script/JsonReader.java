package io.pika.node.script;

import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaTable;
import io.pika.node.script.JsonTokens.Kind;

/** cjson.decode. */
final class JsonReader {
  /** Two values of Lua's stack of 8000 are taken at each level, whatever depth is allowed. */
  private static final int STACK = 8000;

  private final LuaState state;
  private final JsonSettings settings;
  private final byte[] text;
  private final JsonTokens tokens;
  private int depth;
  private int stack = 1;

  JsonReader(LuaState state, JsonSettings settings, byte[] text) {
    this.state = state;
    this.settings = settings;
    this.text = text;
    this.tokens = new JsonTokens(state, text, settings.readsInvalidNumbers);
  }

  Object read() {
    if (text.length >= 2 && (text[0] == 0 || text[1] == 0)) {
      throw state.error("JSON parser does not support UTF-16 or UTF-32");
    }
    tokens.next();
    Object value = value();
    tokens.next();
    check(Kind.T_END, "the end");
    return value;
  }

  private void check(Kind kind, String expected) {
    if (tokens.kind != kind) {
      throw unexpected(expected);
    }
  }

  private LuaError unexpected(String expected) {
    return state.error("Expected " + expected + " but found " + tokens.found() + " at character "
        + (tokens.start + 1));
  }

  private Object value() {
    return switch (tokens.kind) {
      case T_STRING, T_NUMBER, T_BOOLEAN -> tokens.value;
      case T_NULL -> JsonLibrary.NULL;
      case T_OBJ_BEGIN -> object();
      case T_ARR_BEGIN -> array();
      case T_OBJ_END, T_ARR_END, T_COLON, T_COMMA, T_END, T_ERROR -> throw unexpected("value");
    };
  }

  private void descend(int slots) {
    depth++;
    if (depth > settings.decodeDepth || stack + slots > STACK) {
      throw state.error("Found too many nested data structures (" + depth + ") at character "
          + (tokens.start + 1));
    }
  }

  private LuaTable object() {
    descend(3);
    stack += 2;
    LuaTable table = state.table();
    tokens.next();
    boolean isOver = tokens.kind == Kind.T_OBJ_END;
    while (!isOver) {
      check(Kind.T_STRING, "object key string");
      Object key = tokens.value;
      tokens.next();
      check(Kind.T_COLON, "colon");
      tokens.next();
      table.set(state, key, value());
      tokens.next();
      isOver = tokens.kind == Kind.T_OBJ_END;
      if (!isOver) {
        check(Kind.T_COMMA, "comma or object end");
        tokens.next();
      }
    }
    depth--;
    stack -= 2;
    return table;
  }

  private LuaTable array() {
    descend(2);
    stack++;
    LuaTable table = state.table();
    tokens.next();
    boolean isOver = tokens.kind == Kind.T_ARR_END;
    for (int i = 1; !isOver; i++) {
      table.set(state, i, value());
      tokens.next();
      isOver = tokens.kind == Kind.T_ARR_END;
      if (!isOver) {
        check(Kind.T_COMMA, "comma or array end");
        tokens.next();
      }
    }
    depth--;
    stack--;
    return table;
  }
}
