package io.pika.node.script;

import io.pika.node.lua.LuaAborted;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.proxy.protocol.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a client hears of a script that failed, as luaCallFunction of script_lua.c words it. */
final class ScriptErrors {
  private ScriptErrors() {}

  /** It raised an error and did not catch it. */
  static Reply raised(Program program, LuaError raised) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(message(raised.value()));
    text.writeBytes(place(program, raised.line()).getBytes(StandardCharsets.ISO_8859_1));
    return Reply.error(ToRedis.oneLine(text.toByteArray()));
  }

  /** Nothing, if the line is not known. */
  private static String place(Program program, int line) {
    return line == 0 ? "" : " script: " + program.name() + ", on @" + program.chunk() + ":" + line + ".";
  }

  /** The text of an error, with its code. */
  static byte[] message(Object value) {
    return switch (value) {
      case LuaTable table when table.get("err") instanceof LuaString message -> message.bytes();
      case LuaTable _ -> "ERR unknown error".getBytes(StandardCharsets.US_ASCII);
      case Double number ->
        ("ERR " + LuaNumbers.general(number, 14, false)).getBytes(StandardCharsets.US_ASCII);
      case Object other -> ("ERR " + other).getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  /** It was stopped. */
  static Reply.Err stopped(Program program, LuaAborted aborted, long limitMs) {
    String kind = program instanceof Program.Evaluation ? "script" : "function";
    return switch (aborted.limit()) {
      case KILLED -> Reply.error("ERR Script killed by user with "
          + (program instanceof Program.Evaluation ? "SCRIPT" : "FUNCTION") + " KILL..."
          + place(program, aborted.line()));
      case TIME ->
        Reply.error("ERR Error running " + kind + " " + program.name() + ": it took longer than " + limitMs
            + " ms (lua-time-limit) and was stopped; nothing was changed");
      case MEMORY -> Reply.error("ERR Error running " + kind + " " + program.name()
          + ": not enough memory (lua-memory-limit); it was stopped, nothing was changed");
    };
  }
}
