package io.pika.node.script;

import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** cjson.decode. */
final class JsonReader {
  private static final int MAX_DEPTH = 1000;

  private final LuaState state;
  private final byte[] text;
  private int at;

  JsonReader(LuaState state, byte[] text) {
    this.state = state;
    this.text = text;
  }

  Object read() {
    boolean wide = text.length >= 2 && (text[0] == 0 || text[1] == 0);
    if (wide) {
      throw state.error("JSON parser does not support UTF-16 or UTF-32");
    }
    Object value = value(0);
    skipBlanks();
    if (at < text.length) {
      throw expected("the end");
    }
    return value;
  }

  private int peek() {
    return at < text.length ? text[at] & 0xff : -1;
  }

  private void skipBlanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }

  private LuaError expected(String what) {
    return state.error("Expected " + what + " but found " + found() + " at character " + (at + 1));
  }

  /** The kind of token that stands here, as lua-cjson names it. */
  private String found() {
    return switch (peek()) {
      case -1 -> "T_END";
      case '{' -> "T_OBJ_BEGIN";
      case '}' -> "T_OBJ_END";
      case '[' -> "T_ARR_BEGIN";
      case ']' -> "T_ARR_END";
      case ':' -> "T_COLON";
      case ',' -> "T_COMMA";
      case '"' -> "T_STRING";
      case 't', 'f' -> isWord("true") || isWord("false") ? "T_BOOLEAN" : "invalid token";
      case 'n' -> isWord("null") ? "T_NULL" : "invalid token";
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-' -> "T_NUMBER";
      default -> "invalid token";
    };
  }

  private boolean isWord(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
    return at + bytes.length <= text.length
        && java.util.Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length);
  }

  private Object value(int depth) {
    state.tick();
    skipBlanks();
    switch (peek()) {
      case '"' -> {
        return string();
      }
      case '{' -> {
        return object(deeper(depth));
      }
      case '[' -> {
        return array(deeper(depth));
      }
      case 't', 'f', 'n' -> {
        for (String word : new String[]{"true", "false", "null"}) {
          if (isWord(word)) {
            at += word.length();
            return word.equals("null") ? (Object) JsonLibrary.NULL : (Object) word.equals("true");
          }
        }
        throw expected("value");
      }
      default -> {
        return number();
      }
    }
  }

  private int deeper(int depth) {
    if (depth >= MAX_DEPTH) {
      throw state.error("Found too many nested data structures (" + (depth + 1) + ")");
    }
    return depth + 1;
  }

  private Object number() {
    int start = at;
    while (peek() >= 0 && (Character.isLetterOrDigit(peek()) || "+-.".indexOf(peek()) >= 0)) {
      at++;
    }
    String token = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
    boolean begins = !token.isEmpty() && (Character.isDigit(token.charAt(0)) || token.charAt(0) == '-');
    Object number = begins ? LuaNumbers.parse(token) : null;
    if (!(number instanceof Double value)) {
      at = start;
      throw expected("value");
    }
    return value;
  }

  private LuaTable object(int depth) {
    LuaTable table = state.table();
    at++;
    skipBlanks();
    if (peek() == '}') {
      at++;
      return table;
    }
    while (true) {
      skipBlanks();
      if (peek() != '"') {
        throw expected("object key string");
      }
      LuaString key = string();
      skipBlanks();
      if (peek() != ':') {
        throw expected("colon");
      }
      at++;
      table.set(state, key, value(depth));
      skipBlanks();
      if (peek() == '}') {
        at++;
        return table;
      }
      if (peek() != ',') {
        throw expected("comma or object end");
      }
      at++;
    }
  }

  private LuaTable array(int depth) {
    LuaTable table = state.table();
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return table;
    }
    for (int i = 1;; i++) {
      table.set(state, i, value(depth));
      skipBlanks();
      if (peek() == ']') {
        at++;
        return table;
      }
      if (peek() != ',') {
        throw expected("comma or array end");
      }
      at++;
    }
  }

  private LuaString string() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    at++;
    while (peek() != '"') {
      int c = peek();
      if (c < 0) {
        throw state.error("Expected value but found unexpected end of string at character " + (at + 1));
      }
      at++;
      if (c == '\\') {
        escape(out);
      } else {
        out.write(c);
      }
    }
    at++;
    return state.string(out.toByteArray());
  }

  private void escape(ByteArrayOutputStream out) {
    int c = peek();
    at++;
    switch (c) {
      case '"', '\\', '/' -> out.write(c);
      case 'b' -> out.write('\b');
      case 'f' -> out.write('\f');
      case 'n' -> out.write('\n');
      case 'r' -> out.write('\r');
      case 't' -> out.write('\t');
      case 'u' -> unicode(out);
      default -> throw state.error("Expected value but found invalid escape code at character " + (at - 1));
    }
  }

  private int unit() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = peek() < 0 ? -1 : Character.digit(peek(), 16);
      if (digit < 0) {
        throw state.error("Expected value but found invalid unicode escape code at character " + (at + 1));
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }

  private void unicode(ByteArrayOutputStream out) {
    int code = unit();
    if (Character.isHighSurrogate((char) code) && isWord("\\u")) {
      at += 2;
      int low = unit();
      code = Character.isLowSurrogate((char) low) ? Character.toCodePoint((char) code, (char) low) : '?';
    }
    out.writeBytes(new String(Character.toChars(code)).getBytes(StandardCharsets.UTF_8));
  }
}
