package io.pika.node.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a chunk into its statements: lparser.c of Lua 5.1, with the same messages. */
final class Parser {
  private static final int MAX_LEVELS = 200;
  /** About what a byte of text takes when it is parsed. */
  private static final int BYTES_PER_BYTE = 24;

  private final Lexer lexer;
  private final int sourceBytes;
  private FunctionScope scope;
  private int levels;

  private Parser(byte[] source, String chunk) throws LuaSyntaxException {
    lexer = new Lexer(source, chunk);
    sourceBytes = (int) Math.min((long) source.length * BYTES_PER_BYTE, Integer.MAX_VALUE);
    scope = new FunctionScope(null, 0, lexer);
  }

  /** @param chunk its name in messages */
  static Prototype parse(byte[] source, String chunk) throws LuaSyntaxException {
    Parser parser = new Parser(source, chunk);
    parser.scope.isVararg = true;
    Block body = parser.block();
    parser.expect(Token.EOF);
    return parser.prototype(0, List.of(), body, parser.sourceBytes);
  }

  private Prototype prototype(int line, List<LocalVariable> parameters, Block body, int bytes) {
    scope.numerals.share();
    int[] captured = parameters.stream().filter(each -> each.isCaptured).mapToInt(each -> each.slot)
        .toArray();
    return new Prototype(lexer.chunk(), line, parameters.size(), scope.isVararg, scope.slots(), captured,
        scope.upvalueSources(), body, scope.depth + 3, bytes);
  }

  private void enterLevel() throws LuaSyntaxException {
    if (++levels > MAX_LEVELS) {
      throw lexer.errorAtLine("chunk has too many syntax levels");
    }
    scope.level++;
    scope.depth = Math.max(scope.depth, scope.level * 2);
  }

  private void leaveLevel() {
    levels--;
    scope.level--;
  }

  private boolean takeIf(Token token) throws LuaSyntaxException {
    if (lexer.token != token) {
      return false;
    }
    lexer.next();
    return true;
  }

  private void expect(Token token) throws LuaSyntaxException {
    if (lexer.token != token) {
      throw lexer.errorHere("'" + token.text() + "' expected");
    }
  }

  private void take(Token token) throws LuaSyntaxException {
    expect(token);
    lexer.next();
  }

  private void takeMatch(Token what, Token who, int line) throws LuaSyntaxException {
    if (lexer.token != what && line != lexer.line) {
      throw lexer.errorHere(
          "'" + what.text() + "' expected (to close '" + who.text() + "' at line " + line + ")");
    }
    take(what);
  }

  private LuaString takeName() throws LuaSyntaxException {
    expect(Token.NAME);
    LuaString name = lexer.string();
    lexer.next();
    return name;
  }

  private boolean blockEnds() {
    return switch (lexer.token) {
      case ELSE, ELSEIF, END, UNTIL, EOF -> true;
      default -> false;
    };
  }

  /** Statements with a scope of their own. */
  private Block block() throws LuaSyntaxException {
    int before = scope.visible();
    Block block = statements();
    scope.leaveTo(before);
    return block;
  }

  private Block statements() throws LuaSyntaxException {
    List<Stat> statements = new ArrayList<>();
    enterLevel();
    boolean isLast = false;
    while (!isLast && !blockEnds()) {
      isLast = lexer.token == Token.RETURN || lexer.token == Token.BREAK;
      statements.add(statement());
      takeIf(Token.SEMICOLON);
    }
    leaveLevel();
    return new Block(statements.toArray(Stat[]::new));
  }

  private Stat statement() throws LuaSyntaxException {
    int line = lexer.line;
    switch (lexer.token) {
      case IF -> {
        return ifStatement(line);
      }
      case WHILE -> {
        lexer.next();
        Expr condition = expression();
        take(Token.DO);
        Block body = loopBody();
        takeMatch(Token.END, Token.WHILE, line);
        return new Statements.While(condition, body);
      }
      case DO -> {
        lexer.next();
        Block body = block();
        takeMatch(Token.END, Token.DO, line);
        return body;
      }
      case FOR -> {
        return forStatement(line);
      }
      case REPEAT -> {
        return repeat(line);
      }
      case FUNCTION -> {
        return functionStatement(line);
      }
      case LOCAL -> {
        lexer.next();
        return takeIf(Token.FUNCTION) ? localFunction() : localStatement();
      }
      case RETURN -> {
        return returnStatement();
      }
      case BREAK -> {
        lexer.next();
        if (scope.loops == 0) {
          throw lexer.errorHere("no loop to break");
        }
        return new Statements.Break();
      }
      default -> {
        return expressionStatement();
      }
    }
  }

  private Block loopBody() throws LuaSyntaxException {
    scope.loops++;
    Block body = block();
    scope.loops--;
    return body;
  }

  private Stat ifStatement(int line) throws LuaSyntaxException {
    List<Expr> conditions = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    Block otherwise = Block.EMPTY;
    do {
      lexer.next();
      conditions.add(expression());
      take(Token.THEN);
      blocks.add(block());
    } while (lexer.token == Token.ELSEIF);
    if (takeIf(Token.ELSE)) {
      otherwise = block();
    }
    takeMatch(Token.END, Token.IF, line);
    return new Statements.If(conditions.toArray(Expr[]::new), blocks.toArray(Block[]::new), otherwise);
  }

  private Stat repeat(int line) throws LuaSyntaxException {
    lexer.next();
    int before = scope.visible();
    scope.loops++;
    Block body = statements();
    scope.loops--;
    takeMatch(Token.UNTIL, Token.REPEAT, line);
    Expr condition = expression();
    scope.leaveTo(before);
    return new Statements.Repeat(body, condition);
  }

  private Stat forStatement(int line) throws LuaSyntaxException {
    lexer.next();
    LuaString name = takeName();
    int before = scope.visible();
    Stat statement = switch (lexer.token) {
      case ASSIGN -> numericFor(line, name);
      case COMMA, IN -> genericFor(line, name);
      default -> throw lexer.errorHere("'=' or 'in' expected");
    };
    scope.leaveTo(before);
    takeMatch(Token.END, Token.FOR, line);
    return statement;
  }

  private Stat numericFor(int line, LuaString name) throws LuaSyntaxException {
    lexer.next();
    Expr from = expression();
    take(Token.COMMA);
    Expr to = expression();
    Expr step = takeIf(Token.COMMA) ? expression() : new Expressions.Constant(line, 1.0);
    LocalVariable variable = scope.declare(name, 0);
    scope.show(variable);
    take(Token.DO);
    return new Statements.NumericFor(line, variable, from, to, step, loopBody());
  }

  private Stat genericFor(int line, LuaString first) throws LuaSyntaxException {
    List<LuaString> names = new ArrayList<>(List.of(first));
    while (takeIf(Token.COMMA)) {
      names.add(takeName());
    }
    take(Token.IN);
    int inLine = lexer.line;
    Expr[] values = expressions();
    LocalVariable[] hidden = declareAll(List.of(LuaString.of("(for generator)"), LuaString.of("(for state)"),
        LuaString.of("(for control)")));
    LocalVariable[] variables = declareAll(names);
    take(Token.DO);
    Expr[] args = {new Expressions.Local(inLine, hidden[1]), new Expressions.Local(inLine, hidden[2])};
    Call call = new Call(line, new Expressions.Hidden(inLine, hidden[0]), Nil.NIL, args);
    return new Statements.GenericFor(variables, values, hidden, call, loopBody());
  }

  private LocalVariable[] declareAll(List<LuaString> names) throws LuaSyntaxException {
    LocalVariable[] variables = new LocalVariable[names.size()];
    for (int i = 0; i < variables.length; i++) {
      variables[i] = scope.declare(names.get(i), 0);
      scope.show(variables[i]);
    }
    return variables;
  }

  private Stat functionStatement(int line) throws LuaSyntaxException {
    lexer.next();
    Expr target = variable(takeName());
    boolean isMethod = false;
    while (!isMethod && (lexer.token == Token.DOT || lexer.token == Token.COLON)) {
      isMethod = lexer.token == Token.COLON;
      lexer.next();
      int at = lexer.line;
      target = new Expressions.Index(at, target, new Expressions.Constant(at, takeName()));
    }
    return new Statements.Assign(new Expr[]{target}, new Expr[]{functionBody(line, isMethod)});
  }

  private Stat localFunction() throws LuaSyntaxException {
    LocalVariable variable = scope.declare(takeName(), 0);
    scope.show(variable);
    return new Statements.LocalFunction(variable, functionBody(lexer.line, false));
  }

  private Stat localStatement() throws LuaSyntaxException {
    List<LocalVariable> variables = new ArrayList<>();
    do {
      variables.add(scope.declare(takeName(), variables.size()));
    } while (takeIf(Token.COMMA));
    Expr[] values = takeIf(Token.ASSIGN) ? expressions() : new Expr[0];
    variables.forEach(scope::show);
    return new Statements.LocalStat(variables.toArray(LocalVariable[]::new), values);
  }

  private Stat returnStatement() throws LuaSyntaxException {
    lexer.next();
    Expr[] values = blockEnds() || lexer.token == Token.SEMICOLON ? new Expr[0] : expressions();
    return new Statements.Return(values);
  }

  private Stat expressionStatement() throws LuaSyntaxException {
    Expr first = suffixed();
    if (first instanceof Call call) {
      return new Statements.CallStat(call);
    }
    List<Expr> targets = new ArrayList<>();
    targets.add(first);
    while (takeIf(Token.COMMA)) {
      checkAssignable(targets.getLast());
      targets.add(suffixed());
      if (targets.size() > MAX_LEVELS) {
        throw lexer.errorAtLine("variables in assignment");
      }
    }
    checkAssignable(targets.getLast());
    take(Token.ASSIGN);
    return new Statements.Assign(targets.toArray(Expr[]::new), expressions());
  }

  private void checkAssignable(Expr target) throws LuaSyntaxException {
    boolean assignable = target instanceof Expressions.Local || target instanceof Expressions.Upvalue
        || target instanceof Expressions.Global || target instanceof Expressions.Index;
    if (!assignable) {
      throw lexer.errorHere("syntax error");
    }
  }

  private Expr[] expressions() throws LuaSyntaxException {
    List<Expr> list = new ArrayList<>();
    do {
      list.add(expression());
    } while (takeIf(Token.COMMA));
    return list.toArray(Expr[]::new);
  }

  private Expr expression() throws LuaSyntaxException {
    Expr whole = expression(0);
    scope.depth = Math.max(scope.depth, whole.depth + scope.level * 2);
    return whole;
  }

  /** An expression whose operators all bind tighter than the limit. */
  private Expr expression(int limit) throws LuaSyntaxException {
    enterLevel();
    Expr left = unary();
    Operator operator = binaryOperator();
    while (operator != null && operator.left > limit) {
      lexer.next();
      Expr right = expression(operator.right);
      left = combine(operator, left, right);
      operator = binaryOperator();
    }
    leaveLevel();
    return left;
  }

  private static final int UNARY = 8;

  private Expr unary() throws LuaSyntaxException {
    Token token = lexer.token;
    int line = lexer.line;
    switch (token) {
      case NOT -> {
        lexer.next();
        return new Expressions.Not(line, expression(UNARY));
      }
      case MINUS -> {
        lexer.next();
        Expr inner = expression(UNARY);
        Expr folded = scope.numerals.fold(line, Operator.NEGATE, inner, inner);
        return folded == null ? new Expressions.Negate(line, inner) : folded;
      }
      case LENGTH -> {
        lexer.next();
        return new Expressions.Length(line, expression(UNARY));
      }
      default -> {
        return simple();
      }
    }
  }

  private Expr combine(Operator operator, Expr left, Expr right) {
    int line = lexer.lastLine;
    return switch (operator) {
      case AND -> new Expressions.And(line, left, right);
      case OR -> new Expressions.Or(line, left, right);
      case CONCAT -> Concats.join(line, left, right);
      default -> {
        Expr folded = scope.numerals.fold(line, operator, left, right);
        yield folded == null ? new Binary(line, operator, left, right) : folded;
      }
    };
  }

  private @Nullable Operator binaryOperator() {
    return switch (lexer.token) {
      case PLUS -> Operator.ADD;
      case MINUS -> Operator.SUBTRACT;
      case TIMES -> Operator.MULTIPLY;
      case DIVIDE -> Operator.DIVIDE;
      case MODULO -> Operator.MODULO;
      case POWER -> Operator.POWER;
      case CONCAT -> Operator.CONCAT;
      case NOT_EQUAL -> Operator.NOT_EQUAL;
      case EQUAL -> Operator.EQUAL;
      case LESS -> Operator.LESS;
      case LESS_EQUAL -> Operator.LESS_EQUAL;
      case GREATER -> Operator.GREATER;
      case GREATER_EQUAL -> Operator.GREATER_EQUAL;
      case AND -> Operator.AND;
      case OR -> Operator.OR;
      default -> null;
    };
  }

  private Expr simple() throws LuaSyntaxException {
    int line = lexer.line;
    Object constant;
    switch (lexer.token) {
      case NUMBER -> {
        Expr number = scope.numerals.of(line, lexer.number());
        lexer.next();
        return number;
      }
      case STRING -> constant = lexer.string();
      case NIL -> constant = Nil.NIL;
      case TRUE -> constant = Boolean.TRUE;
      case FALSE -> constant = Boolean.FALSE;
      case DOTS -> {
        if (!scope.isVararg) {
          throw lexer.errorHere("cannot use '...' outside a vararg function");
        }
        lexer.next();
        return new Expressions.Varargs(line);
      }
      case LEFT_BRACE -> {
        return table();
      }
      case FUNCTION -> {
        lexer.next();
        return functionBody(line, false);
      }
      default -> {
        return suffixed();
      }
    }
    lexer.next();
    return new Expressions.Constant(line, constant);
  }

  private Expr primary() throws LuaSyntaxException {
    int line = lexer.line;
    switch (lexer.token) {
      case LEFT_PARENTHESIS -> {
        lexer.next();
        Expr inner = expression();
        takeMatch(Token.RIGHT_PARENTHESIS, Token.LEFT_PARENTHESIS, line);
        return inner instanceof Expressions.Constant ? inner : new Expressions.Single(inner);
      }
      case NAME -> {
        return variable(takeName());
      }
      default -> throw lexer.errorHere("unexpected symbol");
    }
  }

  private Expr variable(LuaString name) throws LuaSyntaxException {
    int line = lexer.lastLine;
    LocalVariable local = scope.local(name);
    if (local != null) {
      return new Expressions.Local(line, local);
    }
    int upvalue = scope.upvalue(name);
    return upvalue >= 0
        ? new Expressions.Upvalue(line, upvalue, name.toString())
        : new Expressions.Global(line, name);
  }

  private Expr suffixed() throws LuaSyntaxException {
    Expr expr = primary();
    while (true) {
      int line = lexer.line;
      switch (lexer.token) {
        case DOT -> {
          lexer.next();
          expr = new Expressions.Index(line, expr, new Expressions.Constant(line, takeName()));
        }
        case LEFT_BRACKET -> {
          lexer.next();
          Expr key = expression();
          take(Token.RIGHT_BRACKET);
          expr = new Expressions.Index(line, expr, key);
        }
        case COLON -> {
          lexer.next();
          LuaString method = takeName();
          expr = call(expr, method);
        }
        case LEFT_PARENTHESIS, STRING, LEFT_BRACE -> expr = call(expr, Nil.NIL);
        default -> {
          scope.depth = Math.max(scope.depth, expr.depth + scope.level * 2);
          return expr;
        }
      }
    }
  }

  private Call call(Expr target, Object method) throws LuaSyntaxException {
    int line = lexer.line;
    Expr[] args;
    switch (lexer.token) {
      case LEFT_PARENTHESIS -> {
        if (line != lexer.lastLine) {
          throw lexer.errorHere("ambiguous syntax (function call x new statement)");
        }
        lexer.next();
        args = lexer.token == Token.RIGHT_PARENTHESIS ? new Expr[0] : expressions();
        takeMatch(Token.RIGHT_PARENTHESIS, Token.LEFT_PARENTHESIS, line);
      }
      case STRING -> {
        args = new Expr[]{new Expressions.Constant(line, lexer.string())};
        lexer.next();
      }
      case LEFT_BRACE -> args = new Expr[]{table()};
      default -> throw lexer.errorHere("function arguments expected");
    }
    return new Call(line, target, method, args);
  }

  private Expr table() throws LuaSyntaxException {
    int line = lexer.line;
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    take(Token.LEFT_BRACE);
    while (lexer.token != Token.RIGHT_BRACE) {
      int at = lexer.line;
      if (lexer.token == Token.NAME && lexer.ahead() == Token.ASSIGN) {
        keys.add(new Expressions.Constant(at, takeName()));
        lexer.next();
      } else if (takeIf(Token.LEFT_BRACKET)) {
        keys.add(expression());
        take(Token.RIGHT_BRACKET);
        take(Token.ASSIGN);
      } else {
        keys.add(Expressions.TableConstructor.NO_KEY);
      }
      values.add(expression());
      if (!takeIf(Token.COMMA) && !takeIf(Token.SEMICOLON)) {
        break;
      }
    }
    takeMatch(Token.RIGHT_BRACE, Token.LEFT_BRACE, line);
    return new Expressions.TableConstructor(line, keys.toArray(Expr[]::new), values.toArray(Expr[]::new));
  }

  /** From the parameters to the end. */
  private Expr functionBody(int line, boolean isMethod) throws LuaSyntaxException {
    FunctionScope outer = scope;
    FunctionScope inner = new FunctionScope(outer, line, lexer);
    scope = inner;
    take(Token.LEFT_PARENTHESIS);
    List<LuaString> names = new ArrayList<>();
    if (isMethod) {
      names.add(LuaString.of("self"));
    }
    parameters(names);
    LocalVariable[] parameters = declareAll(names);
    take(Token.RIGHT_PARENTHESIS);
    Block body = block();
    takeMatch(Token.END, Token.FUNCTION, line);
    Prototype prototype = prototype(line, List.of(parameters), body, 0);
    scope = outer;
    return new Expressions.FunctionExpr(line, prototype);
  }

  private void parameters(List<LuaString> names) throws LuaSyntaxException {
    if (lexer.token == Token.RIGHT_PARENTHESIS) {
      return;
    }
    do {
      switch (lexer.token) {
        case NAME -> names.add(takeName());
        case DOTS -> {
          lexer.next();
          scope.isVararg = true;
        }
        default -> throw lexer.errorHere("<name> or '...' expected");
      }
    } while (!scope.isVararg && takeIf(Token.COMMA));
  }
}
