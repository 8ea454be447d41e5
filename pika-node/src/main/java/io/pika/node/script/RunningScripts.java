package io.pika.node.script;

import io.pika.node.lua.LuaState;
import io.pika.proxy.protocol.Reply;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What runs at this node, so that it can be looked at and ended. Any thread. */
public final class RunningScripts {
  private static final Reply.Err NONE = Reply.error("NOTBUSY No scripts in execution right now.");
  private static final String BUSY = "BUSY Redis is busy running a script. You can only call ";

  private final LongSupplier nanoClock;
  private final Set<Run> runs = ConcurrentHashMap.newKeySet();

  /** What KILL ends. */
  public enum Kind {
    SCRIPT("FUNCTION KILL"), FUNCTION("SCRIPT KILL");

    private final String otherWay;

    Kind(String otherWay) {
      this.otherWay = otherWay;
    }
  }

  /** One run; compared by identity, for the same call may run twice. */
  private static final class Run implements AutoCloseable {
    final ScriptRunner.Call call;
    final LuaState state;
    final long startedNanos;
    final Set<Run> runs;

    Run(ScriptRunner.Call call, LuaState state, long startedNanos, Set<Run> runs) {
      this.call = call;
      this.state = state;
      this.startedNanos = startedNanos;
      this.runs = runs;
      runs.add(this);
    }

    Kind kind() {
      return switch (call.program()) {
        case Program.Evaluation _ -> Kind.SCRIPT;
        case Program.FunctionCall _ -> Kind.FUNCTION;
      };
    }

    @Override
    public void close() {
      runs.remove(this);
    }
  }

  /** A function that runs. */
  public record Function(String name, List<byte[]> command, long durationMs) {}

  RunningScripts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Until it is closed, it runs. */
  AutoCloseable begin(ScriptRunner.Call call, LuaState state) {
    return new Run(call, state, nanoClock.getAsLong(), runs);
  }

  /** Ends all of a kind that run for a table: nothing of them is kept. */
  public Reply kill(int table, Kind kind) {
    boolean others = false;
    boolean killed = false;
    for (Run run : runs) {
      if (run.call.table() == table && run.kind() == kind) {
        run.state.kill();
        killed = true;
      } else if (run.call.table() == table) {
        others = true;
      }
    }
    if (killed) {
      return Reply.OK;
    }
    return others ? Reply.error(BUSY + kind.otherWay + " or SHUTDOWN NOSAVE.") : NONE;
  }

  /** The function of a table that has run for longest; null: none runs. */
  public @Nullable Function function(int table) {
    return runs.stream().filter(run -> run.call.table() == table && run.kind() == Kind.FUNCTION)
        .min(Comparator.comparingLong(run -> run.startedNanos))
        .map(run -> new Function(run.call.program().name(), run.call.command(),
            (nanoClock.getAsLong() - run.startedNanos) / 1_000_000))
        .orElse(null);
  }
}
