package io.pika.node.lua;

/** What the text of a chunk consists of. */
enum Token {
  AND("and"), BREAK("break"), DO("do"), ELSE("else"), ELSEIF("elseif"), END("end"), FALSE("false"),
  FOR("for"),
  FUNCTION("function"), IF("if"), IN("in"), LOCAL("local"), NIL("nil"), NOT("not"), OR("or"),
  REPEAT("repeat"),
  RETURN("return"), THEN("then"), TRUE("true"), UNTIL("until"), WHILE("while"),
  CONCAT(".."), DOTS("..."), EQUAL("=="), GREATER_EQUAL(">="), LESS_EQUAL("<="), NOT_EQUAL("~="),
  PLUS("+"), MINUS("-"), TIMES("*"), DIVIDE("/"), MODULO("%"), POWER("^"), LENGTH("#"), LESS("<"),
  GREATER(">"),
  ASSIGN("="), LEFT_PARENTHESIS("("), RIGHT_PARENTHESIS(")"), LEFT_BRACE("{"), RIGHT_BRACE("}"),
  LEFT_BRACKET("["), RIGHT_BRACKET("]"), SEMICOLON(";"), COLON(":"), COMMA(","), DOT("."),
  NUMBER("<number>"), NAME("<name>"), STRING("<string>"), EOF("<eof>"),
  /** A character that begins nothing. */
  OTHER("?");

  private final String text;

  Token(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  boolean isWord() { return Character.isLetter(text.charAt(0)); }

  static Token ofCharacter(int c) {
    return switch (c) {
      case '+' -> PLUS;
      case '*' -> TIMES;
      case '/' -> DIVIDE;
      case '%' -> MODULO;
      case '^' -> POWER;
      case '#' -> LENGTH;
      case '(' -> LEFT_PARENTHESIS;
      case ')' -> RIGHT_PARENTHESIS;
      case '{' -> LEFT_BRACE;
      case '}' -> RIGHT_BRACE;
      case ']' -> RIGHT_BRACKET;
      case ';' -> SEMICOLON;
      case ':' -> COLON;
      case ',' -> COMMA;
      default -> OTHER;
    };
  }
}
