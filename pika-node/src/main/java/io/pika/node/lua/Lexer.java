package io.pika.node.lua;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Cuts a chunk into tokens, as llex.c of Lua 5.1. */
final class Lexer {
  private static final Map<String, Token> WORDS = new HashMap<>();

  static {
    for (Token token : Token.values()) {
      if (token.isWord()) {
        WORDS.put(token.text(), token);
      }
    }
  }

  private final byte[] source;
  private final String chunk;
  private int at;
  /** Line of the token that was read last. */
  int line = 1;
  /** Line of the token before it. */
  int lastLine = 1;
  Token token = Token.EOF;
  private int tokenStart;
  private LuaString string = LuaString.EMPTY;
  /** The last string as messages show it. */
  private String stringText = "";
  private double number;
  private boolean isAhead;
  private Token aheadToken = Token.EOF;
  private LuaString aheadString = LuaString.EMPTY;
  private double aheadNumber;
  private int lineAfterAhead;

  Lexer(byte[] source, String chunk) throws LuaSyntaxException {
    this.source = source;
    this.chunk = chunk;
    if (source.length > 0 && source[0] == '#') {
      while (at < source.length && source[at] != '\n') {
        at++;
      }
    }
    next();
  }

  String chunk() {
    return chunk;
  }

  LuaString string() {
    return string;
  }

  double number() {
    return number;
  }

  void next() throws LuaSyntaxException {
    lastLine = line;
    if (isAhead) {
      isAhead = false;
      token = aheadToken;
      string = aheadString;
      number = aheadNumber;
      line = lineAfterAhead;
      return;
    }
    token = scan();
  }

  /** Looks at the token after this one. */
  Token ahead() throws LuaSyntaxException {
    Token now = token;
    LuaString nowString = string;
    double nowNumber = number;
    int nowLine = line;
    aheadToken = scan();
    aheadString = string;
    aheadNumber = number;
    lineAfterAhead = line;
    isAhead = true;
    token = now;
    string = nowString;
    number = nowNumber;
    line = nowLine;
    return aheadToken;
  }

  private int peek() {
    return at < source.length ? source[at] & 0xff : -1;
  }

  private int peek(int more) {
    return at + more < source.length ? source[at + more] & 0xff : -1;
  }

  private Token scan() throws LuaSyntaxException {
    while (true) {
      tokenStart = at;
      int c = peek();
      switch (c) {
        case -1 -> {
          return Token.EOF;
        }
        case '\n', '\r' -> newLine();
        case ' ', '\t', '\f', 0x0b -> at++;
        case '-' -> {
          if (peek(1) != '-') {
            at++;
            return Token.MINUS;
          }
          at += 2;
          comment();
        }
        default -> {
          return scanToken(c);
        }
      }
    }
  }

  private void newLine() {
    int first = peek();
    at++;
    int second = peek();
    if ((second == '\n' || second == '\r') && second != first) {
      at++;
    }
    line++;
  }

  private void comment() throws LuaSyntaxException {
    if (peek() == '[') {
      int level = longBracket();
      if (level >= 0) {
        longString(level, true);
        return;
      }
    }
    while (at < source.length && source[at] != '\n' && source[at] != '\r') {
      at++;
    }
  }

  private Token scanToken(int c) throws LuaSyntaxException {
    if (isDigit(c) || c == '.' && isDigit(peek(1))) {
      return scanNumber();
    }
    if (isLetter(c)) {
      return scanName();
    }
    return switch (c) {
      case '"', '\'' -> quoted(c);
      case '[' -> {
        int level = longBracket();
        if (level >= 0) {
          longString(level, false);
          yield Token.STRING;
        }
        if (level == -2) {
          do {
            at++;
          } while (peek() == '=');
          throw error("invalid long string delimiter", tokenText());
        }
        at++;
        yield Token.LEFT_BRACKET;
      }
      case '=' -> either('=', Token.EQUAL, Token.ASSIGN);
      case '<' -> either('=', Token.LESS_EQUAL, Token.LESS);
      case '>' -> either('=', Token.GREATER_EQUAL, Token.GREATER);
      case '~' -> either('=', Token.NOT_EQUAL, Token.OTHER);
      case '.' -> {
        if (peek(1) == '.') {
          at += peek(2) == '.' ? 3 : 2;
          yield at - tokenStart == 3 ? Token.DOTS : Token.CONCAT;
        }
        at++;
        yield Token.DOT;
      }
      default -> {
        at++;
        yield Token.ofCharacter(c);
      }
    };
  }

  private Token either(int second, Token both, Token one) {
    at++;
    if (peek() == second) {
      at++;
      return both;
    }
    return one;
  }

  private Token scanName() {
    while (isLetter(peek()) || isDigit(peek())) {
      at++;
    }
    string = LuaString.of(source, tokenStart, at);
    Token word = WORDS.get(string.toString());
    return word == null ? Token.NAME : word;
  }

  private Token scanNumber() throws LuaSyntaxException {
    while (isDigit(peek()) || peek() == '.') {
      at++;
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
    }
    while (isLetter(peek()) || isDigit(peek())) {
      at++;
    }
    Double value = LuaNumbers.parse(LuaString.of(source, tokenStart, at));
    if (value == null) {
      throw error("malformed number", tokenText());
    }
    number = value;
    return Token.NUMBER;
  }

  /** The level of a long bracket that opens or closes here; -1: it is a single bracket; -2: it is half a one. */
  private int longBracket() {
    int bracket = peek();
    int level = 0;
    while (peek(1 + level) == '=') {
      level++;
    }
    if (peek(1 + level) == bracket) {
      return level;
    }
    return level == 0 ? -1 : -2;
  }

  private void longString(int level, boolean isComment) throws LuaSyntaxException {
    String open = "[" + "=".repeat(level) + "[";
    at += level + 2;
    if (peek() == '\n' || peek() == '\r') {
      newLine();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      int c = peek();
      if (c < 0) {
        throw error(isComment ? "unfinished long comment" : "unfinished long string", Token.EOF.text());
      }
      if (c == ']' && longBracket() == level) {
        at += level + 2;
        break;
      }
      if (c == '\n' || c == '\r') {
        newLine();
        out.write('\n');
      } else {
        out.write(c);
        at++;
      }
    }
    if (!isComment) {
      string = LuaString.of(out.toByteArray());
      stringText = open + string + open.replace('[', ']');
    }
  }

  private Token quoted(int quote) throws LuaSyntaxException {
    at++;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (peek() != quote) {
      int c = peek();
      switch (c) {
        case -1 -> throw error("unfinished string", Token.EOF.text());
        case '\n', '\r' -> throw error("unfinished string", textSoFar(quote, out));
        case '\\' -> {
          at++;
          escape(quote, out);
        }
        default -> {
          out.write(c);
          at++;
        }
      }
    }
    at++;
    string = LuaString.of(out.toByteArray());
    stringText = textSoFar(quote, out) + (char) quote;
    return Token.STRING;
  }

  /** A string in messages is what it means, behind its quote. */
  private static String textSoFar(int quote, ByteArrayOutputStream out) {
    return (char) quote + out.toString(StandardCharsets.ISO_8859_1);
  }

  private void escape(int quote, ByteArrayOutputStream out) throws LuaSyntaxException {
    int c = peek();
    switch (c) {
      case -1 -> {
        return;
      }
      case '\n', '\r' -> {
        newLine();
        out.write('\n');
        return;
      }
      default -> {
        if (isDigit(c)) {
          decimal(quote, out);
          return;
        }
      }
    }
    at++;
    out.write(switch (c) {
      case 'a' -> 7;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      default -> c;
    });
  }

  private void decimal(int quote, ByteArrayOutputStream out) throws LuaSyntaxException {
    int value = 0;
    for (int i = 0; i < 3 && isDigit(peek()); i++) {
      value = value * 10 + peek() - '0';
      at++;
    }
    if (value > 255) {
      throw error("escape sequence too large", textSoFar(quote, out));
    }
    out.write(value);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private String tokenText() {
    return LuaString.of(source, tokenStart, Math.min(at, source.length)).toString();
  }

  /** An error at the token that was read last. */
  LuaSyntaxException errorHere(String message) {
    return error(message, switch (token) {
      case NAME, NUMBER -> isAhead ? string.toString() : tokenText();
      case STRING -> stringText;
      case OTHER -> tokenText();
      default -> token.text();
    });
  }

  private LuaSyntaxException error(String message, String near) {
    int zero = near.indexOf(0);
    return new LuaSyntaxException(chunk + ":" + line + ": " + message + " near '"
        + (zero < 0 ? near : near.substring(0, zero)) + "'");
  }

  /** An error that is not about one token. */
  LuaSyntaxException errorAtLine(String message) {
    return new LuaSyntaxException(chunk + ":" + line + ": " + message);
  }
}
