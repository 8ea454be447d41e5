package io.pika.node.lua;

/** The kinds of statements. */
final class Statements {
  private Statements() {}

  static final class Break extends Stat {
    @Override
    Outcome exec(Frame frame) {
      return Outcome.BREAK;
    }
  }

  static final class CallStat extends Stat {
    private final Call call;

    CallStat(Call call) {
      this.call = call;
    }

    @Override
    Outcome exec(Frame frame) {
      call.evalAll(frame);
      return Outcome.GO_ON;
    }
  }

  static final class Return extends Stat {
    private final Expr[] values;

    Return(Expr[] values) {
      this.values = values;
    }

    @Override
    Outcome exec(Frame frame) {
      if (values.length == 1 && values[0] instanceof Call call) {
        call.evalTail(frame);
      } else {
        frame.result = Expr.evalList(values, frame);
      }
      return Outcome.RETURN;
    }
  }

  static final class LocalStat extends Stat {
    private final LocalVariable[] variables;
    private final Expr[] values;

    LocalStat(LocalVariable[] variables, Expr[] values) {
      this.variables = variables;
      this.values = values;
    }

    @Override
    Outcome exec(Frame frame) {
      if (variables.length == 1 && values.length == 1) {
        variables[0].declare(frame, values[0].eval(frame));
        return Outcome.GO_ON;
      }
      Object[] given = Expr.evalList(values, frame);
      for (int i = 0; i < variables.length; i++) {
        variables[i].declare(frame, i < given.length ? given[i] : Nil.NIL);
      }
      return Outcome.GO_ON;
    }
  }

  /** The variable is known in its own function. */
  static final class LocalFunction extends Stat {
    private final LocalVariable variable;
    private final Expr function;

    LocalFunction(LocalVariable variable, Expr function) {
      this.variable = variable;
      this.function = function;
    }

    @Override
    Outcome exec(Frame frame) {
      variable.declare(frame, Nil.NIL);
      variable.assign(frame, function.eval(frame));
      return Outcome.GO_ON;
    }
  }

  static final class Assign extends Stat {
    private final Expr[] targets;
    private final Expr[] values;

    Assign(Expr[] targets, Expr[] values) {
      this.targets = targets;
      this.values = values;
    }

    @Override
    Outcome exec(Frame frame) {
      LuaState state = frame.state;
      int holds = state.holds();
      Object[] tables = new Object[targets.length];
      Object[] keys = new Object[targets.length];
      for (int i = 0; i < targets.length; i++) {
        if (targets[i] instanceof Expressions.Index index) {
          tables[i] = index.table.eval(frame);
          state.hold(tables[i]);
          keys[i] = index.key.eval(frame);
          state.hold(keys[i]);
        }
      }
      if (targets.length == 1 && values.length == 1) {
        assign(frame, targets[0], tables[0], keys[0], values[0].eval(frame));
      } else {
        Object[] given = Expr.evalList(values, frame);
        state.hold(given);
        for (int i = targets.length - 1; i >= 0; i--) {
          assign(frame, targets[i], tables[i], keys[i], i < given.length ? given[i] : Nil.NIL);
        }
      }
      state.letGoTo(holds);
      return Outcome.GO_ON;
    }

    private static void assign(Frame frame, Expr target, Object table, Object key, Object value) {
      switch (target) {
        case Expressions.Local local -> local.variable.assign(frame, value);
        case Expressions.Upvalue upvalue -> frame.function().upvalue(upvalue.index).value = value;
        case Expressions.Global global ->
          Operations.setIndex(frame, global.line, frame.function().globals, global.name, value, "");
        case Expressions.Index index ->
          Operations.setIndex(frame, index.line, table, key, value, index.table.name());
        default -> throw new IllegalStateException("the parser refuses other targets");
      }
    }
  }

  static final class If extends Stat {
    private final Expr[] conditions;
    private final Block[] blocks;
    private final Block otherwise;

    If(Expr[] conditions, Block[] blocks, Block otherwise) {
      this.conditions = conditions;
      this.blocks = blocks;
      this.otherwise = otherwise;
    }

    @Override
    Outcome exec(Frame frame) {
      for (int i = 0; i < conditions.length; i++) {
        if (Expr.isTrue(conditions[i].eval(frame))) {
          return blocks[i].exec(frame);
        }
      }
      return otherwise.exec(frame);
    }
  }

  static final class While extends Stat {
    private final Expr condition;
    private final Block body;

    While(Expr condition, Block body) {
      this.condition = condition;
      this.body = body;
    }

    @Override
    Outcome exec(Frame frame) {
      while (Expr.isTrue(condition.eval(frame))) {
        frame.state.tick();
        Outcome outcome = body.exec(frame);
        if (outcome != Outcome.GO_ON) {
          return outcome == Outcome.BREAK ? Outcome.GO_ON : outcome;
        }
      }
      return Outcome.GO_ON;
    }
  }

  /** The condition sees the variables of the body. */
  static final class Repeat extends Stat {
    private final Block body;
    private final Expr condition;

    Repeat(Block body, Expr condition) {
      this.body = body;
      this.condition = condition;
    }

    @Override
    Outcome exec(Frame frame) {
      do {
        frame.state.tick();
        Outcome outcome = body.exec(frame);
        if (outcome != Outcome.GO_ON) {
          return outcome == Outcome.BREAK ? Outcome.GO_ON : outcome;
        }
      } while (!Expr.isTrue(condition.eval(frame)));
      return Outcome.GO_ON;
    }
  }

  static final class NumericFor extends Stat {
    private final int line;
    private final LocalVariable variable;
    private final Expr from;
    private final Expr to;
    private final Expr step;
    private final Block body;

    NumericFor(int line, LocalVariable variable, Expr from, Expr to, Expr step, Block body) {
      this.line = line;
      this.variable = variable;
      this.from = from;
      this.to = to;
      this.step = step;
      this.body = body;
    }

    @Override
    Outcome exec(Frame frame) {
      Object first = from.eval(frame);
      Object last = to.eval(frame);
      Object by = step.eval(frame);
      double index = number(frame, first, "initial value");
      double limit = number(frame, last, "limit");
      double increment = number(frame, by, "step");
      // Lua takes a step back before the first turn, and that may round.
      index = index - increment + increment;
      for (; increment > 0 ? index <= limit : limit <= index; index += increment) {
        frame.state.tick();
        variable.declare(frame, index);
        Outcome outcome = body.exec(frame);
        if (outcome != Outcome.GO_ON) {
          return outcome == Outcome.BREAK ? Outcome.GO_ON : outcome;
        }
      }
      return Outcome.GO_ON;
    }

    private double number(Frame frame, Object value, String what) {
      Double number = LuaNumbers.toNumber(value);
      if (number == null) {
        throw frame.state.errorAt(line, "'for' " + what + " must be a number");
      }
      return number;
    }
  }

  static final class GenericFor extends Stat {
    private final LocalVariable[] variables;
    private final Expr[] values;
    private final Call call;
    private final LocalVariable[] hidden;
    private final Block body;

    /**
     * @param hidden where iterator, state and control variable are kept
     * @param call of the iterator
     */
    GenericFor(LocalVariable[] variables, Expr[] values, LocalVariable[] hidden, Call call, Block body) {
      this.variables = variables;
      this.values = values;
      this.hidden = hidden;
      this.call = call;
      this.body = body;
    }

    @Override
    Outcome exec(Frame frame) {
      Object[] given = Expr.evalList(values, frame);
      for (int i = 0; i < hidden.length; i++) {
        hidden[i].declare(frame, i < given.length ? given[i] : Nil.NIL);
      }
      while (true) {
        Object[] next = call.evalNative(frame);
        Object control = next.length == 0 ? Nil.NIL : next[0];
        if (control == Nil.NIL) {
          return Outcome.GO_ON;
        }
        hidden[2].assign(frame, control);
        for (int i = 0; i < variables.length; i++) {
          variables[i].declare(frame, i < next.length ? next[i] : Nil.NIL);
        }
        Outcome outcome = body.exec(frame);
        if (outcome != Outcome.GO_ON) {
          return outcome == Outcome.BREAK ? Outcome.GO_ON : outcome;
        }
      }
    }
  }
}
