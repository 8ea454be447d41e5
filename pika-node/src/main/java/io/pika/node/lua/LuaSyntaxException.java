package io.pika.node.lua;

/** A chunk that is no Lua. The message is the one of Lua 5.1, with chunk and line; each character is a byte. */
public final class LuaSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  LuaSyntaxException(String message) {
    super(message, null, false, false);
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
