package io.pika.node.script;

import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Cuts a JSON text into tokens, with what lua-cjson allows beyond the standard: a byte of zero ends the text. */
final class JsonTokens {
  /** The kinds of tokens; their names are in messages. */
  enum Kind {
    T_OBJ_BEGIN, T_OBJ_END, T_ARR_BEGIN, T_ARR_END, T_STRING, T_NUMBER, T_BOOLEAN, T_NULL, T_COLON, T_COMMA,
    T_END,
    T_ERROR
  }

  private final LuaState state;
  private final byte[] text;
  private final boolean takesInvalidNumbers;
  private int at;

  /** Of the token that was read last. */
  Kind kind = Kind.T_END;
  int start;
  Object value = false;
  private String error = "";

  JsonTokens(LuaState state, byte[] text, boolean takesInvalidNumbers) {
    this.state = state;
    this.text = text;
    this.takesInvalidNumbers = takesInvalidNumbers;
  }

  /** How the token is named in a message. */
  String found() {
    return kind == Kind.T_ERROR ? error : kind.name();
  }

  /** The byte at a distance; 0 behind the end. */
  private int peek(int more) {
    return at + more < text.length ? text[at + more] & 0xff : 0;
  }

  void next() {
    state.tick();
    while (peek(0) == ' ' || peek(0) == '\t' || peek(0) == '\n' || peek(0) == '\r') {
      at++;
      state.tick();
    }
    start = at;
    switch (peek(0)) {
      case 0 -> kind = Kind.T_END;
      case '{' -> take(Kind.T_OBJ_BEGIN);
      case '}' -> take(Kind.T_OBJ_END);
      case '[' -> take(Kind.T_ARR_BEGIN);
      case ']' -> take(Kind.T_ARR_END);
      case ':' -> take(Kind.T_COLON);
      case ',' -> take(Kind.T_COMMA);
      case '"' -> string();
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        if (!takesInvalidNumbers && isInvalidNumber()) {
          fail("invalid number");
        } else {
          number();
        }
      }
      default -> word();
    }
  }

  private void take(Kind single) {
    kind = single;
    at++;
  }

  private void fail(String why) {
    kind = Kind.T_ERROR;
    start = at;
    error = why;
  }

  private boolean isWord(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (peek(i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void word() {
    if (isWord("true") || isWord("false")) {
      kind = Kind.T_BOOLEAN;
      value = peek(0) == 't';
      at += peek(0) == 't' ? 4 : 5;
    } else if (isWord("null")) {
      kind = Kind.T_NULL;
      at += 4;
    } else if (takesInvalidNumbers && "+iInN".indexOf(peek(0)) >= 0 && isInvalidNumber()) {
      number();
    } else {
      fail("invalid token");
    }
  }

  /** What strtod reads although JSON has no such number. */
  private boolean isInvalidNumber() {
    if (peek(0) == '+') {
      return true;
    }
    int p = peek(0) == '-' ? 1 : 0;
    if (peek(p) == '0') {
      int second = peek(p + 1);
      return (second | 0x20) == 'x' || second >= '0' && second <= '9';
    }
    return peek(p) > '9' && (isAnyCase(p, "inf") || isAnyCase(p, "nan"));
  }

  private boolean isAnyCase(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if ((peek(from + i) | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void number() {
    int length = LuaNumbers.prefixLength(text, at);
    if (length == 0) {
      fail("invalid number");
      return;
    }
    kind = Kind.T_NUMBER;
    value = LuaNumbers.ofPrefix(text, at, at + length);
    at += length;
  }

  private void string() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = at;
    at++;
    while (peek(0) != '"') {
      int c = peek(0);
      if (c == 0) {
        fail("unexpected end of string");
        return;
      }
      if (c != '\\') {
        out.write(c);
        at++;
        state.ticks(1);
      } else if (peek(1) == 'u') {
        if (!unicode(out)) {
          fail("invalid unicode escape code");
          return;
        }
      } else {
        int index = "\"\\/bfnrt".indexOf(peek(1));
        if (index < 0 || peek(1) == 0) {
          fail("invalid escape code");
          return;
        }
        out.write("\"\\/\b\f\n\r\t".charAt(index));
        at += 2;
      }
    }
    at++;
    state.charge((at - from) * 2L);
    kind = Kind.T_STRING;
    value = state.string(out.toByteArray());
  }

  /** "\\u00e9", or two of them that are one character. */
  private boolean unicode(ByteArrayOutputStream out) {
    int code = hex(2);
    int length = 6;
    if (code >= 0 && (code & 0xF800) == 0xD800) {
      int low = peek(6) == '\\' && peek(7) == 'u' ? hex(8) : -1;
      if ((code & 0x400) != 0 || low < 0 || (low & 0xFC00) != 0xDC00) {
        return false;
      }
      code = ((code & 0x3FF) << 10 | low & 0x3FF) + 0x10000;
      length = 12;
    }
    if (code < 0) {
      return false;
    }
    out.writeBytes(new String(Character.toChars(code)).getBytes(StandardCharsets.UTF_8));
    at += length;
    return true;
  }

  private int hex(int from) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = peek(from + i) < 128 ? Character.digit(peek(from + i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return code;
  }
}
