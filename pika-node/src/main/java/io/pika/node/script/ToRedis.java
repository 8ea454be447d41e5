package io.pika.node.script;

import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.Nil;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the client sees of a script's value: luaReplyToRedisReply of script_lua.c. */
final class ToRedis {
  private static final int MAX_DEPTH = 1000;
  private static final int ITEM_BYTES = 48;

  private final LuaState state;
  private final int resp;

  private ToRedis(LuaState state, int resp) {
    this.state = state;
    this.resp = resp;
  }

  /** @param resp the protocol that the script has chosen */
  static Reply reply(LuaState state, Object[] values, int resp) {
    return values.length == 0 ? Reply.NIL : new ToRedis(state, resp).reply(values[0], 0);
  }

  private Reply reply(Object value, int depth) {
    state.tick();
    state.charge(ITEM_BYTES);
    return switch (value) {
      case LuaString string -> {
        state.charge(string.length());
        yield Reply.bulk(string.bytes());
      }
      case Boolean truth -> resp == 3 ? Reply.bool(truth) : truth ? Reply.ONE : Reply.NIL;
      case Double number -> Reply.of(toLong(number));
      case LuaTable table -> depth == MAX_DEPTH
          ? Reply.error("ERR reached lua stack limit")
          : reply(table, depth + 1);
      default -> Reply.NIL;
    };
  }

  private static long toLong(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  private Reply reply(LuaTable table, int depth) {
    Reply special = special(table, depth);
    if (special != null) {
      return special;
    }
    List<Reply> items = new ArrayList<>();
    for (int i = 1; table.get(i) != Nil.NIL; i++) {
      items.add(reply(table.get(i), depth));
    }
    return new Reply.Array(items);
  }

  private @Nullable Reply special(LuaTable table, int depth) {
    if (table.get("err") instanceof LuaString error) {
      return Reply.error(oneLine(error.bytes()));
    }
    if (table.get("ok") instanceof LuaString status) {
      return Reply.simple(new String(oneLine(status.bytes()), StandardCharsets.UTF_8));
    }
    if (table.get("double") instanceof Double number) {
      return Reply.doubleNumber(number);
    }
    if (table.get("map") instanceof LuaTable map) {
      List<Reply> entries = new ArrayList<>();
      for (int place = map.placeFrom(0); place >= 0; place = map.placeFrom(place + 1)) {
        entries.add(reply(map.keyAt(place), depth));
        entries.add(reply(map.valueAt(place), depth));
      }
      return new Reply.Map(entries);
    }
    if (table.get("set") instanceof LuaTable set) {
      List<Reply> members = new ArrayList<>();
      for (int place = set.placeFrom(0); place >= 0; place = set.placeFrom(place + 1)) {
        members.add(reply(set.keyAt(place), depth));
      }
      return new Reply.Set(members);
    }
    if (table.get("big_number") instanceof LuaString number) {
      return Reply.bigNumber(new String(oneLine(number.bytes()), StandardCharsets.UTF_8));
    }
    if (table.get("verbatim_string") instanceof LuaTable verbatim
        && verbatim.get("format") instanceof LuaString format && format.length() == 3
        && verbatim.get("string") instanceof LuaString string) {
      return Reply.verbatim(format.toString(), new String(string.bytes(), StandardCharsets.UTF_8));
    }
    return null;
  }

  /** Line ends would end the reply. */
  static byte[] oneLine(byte[] text) {
    byte[] line = text.clone();
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\r' || line[i] == '\n') {
        line[i] = ' ';
      }
    }
    return line;
  }
}
