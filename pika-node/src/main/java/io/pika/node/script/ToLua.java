package io.pika.node.script;

import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.Nil;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a script sees of a command's reply, in the protocol that it has chosen. */
final class ToLua {
  private ToLua() {}

  static Object value(LuaState state, Reply reply, int resp) {
    state.tick();
    return switch (reply) {
      case Reply.Simple(String text) -> single(state, "ok", text(state, text));
      case Reply.Err error -> error(state, error);
      case Reply.Int(long number) -> (double) number;
      case Reply.Bulk bulk -> state.string(bulk.bytes());
      case Reply.Nil _,Reply.NullArray _ -> resp == 3 ? (Object) Nil.NIL : (Object) false;
      case Reply.Array(List<Reply> items) -> list(state, items, resp);
      case Reply.Push(List<Reply> items) -> list(state, items, resp);
      case Reply.Set(List<Reply> items) -> resp == 3 ? set(state, items) : list(state, items, resp);
      case Reply.MapOrPairs(List<Reply> items) -> resp == 3 ? map(state, items) : pairs(state, items, resp);
      case Reply.Map(List<Reply> items) -> resp == 3 ? map(state, items) : list(state, items, resp);
      case Reply.Pairs(List<Reply> items) -> resp == 3 ? pairs(state, items, 3) : list(state, items, resp);
      case Reply.DoubleNumber(double number) -> resp == 3
          ? single(state, "double", number)
          : text(state, ReplyEncoder.formatDouble(number));
      case Reply.Bool(boolean truth) -> resp == 3 ? (Object) truth : (Object) (truth ? 1.0 : 0.0);
      case Reply.Decimal(String digits) -> resp == 3
          ? single(state, "double", Double.valueOf(digits))
          : text(state, digits);
      case Reply.BigNumber(String digits) -> resp == 3
          ? single(state, "big_number", text(state, digits))
          : text(state, digits);
      case Reply.Verbatim(String format, String text) -> resp == 3
          ? verbatim(state, format, text)
          : text(state, text);
      case Reply.Raw _,Reply.InPieces _ ->
        throw new IllegalStateException("within a script a reply is whole and not encoded yet");
    };
  }

  private static LuaString text(LuaState state, String text) {
    return state.string(text.getBytes(StandardCharsets.UTF_8));
  }

  private static LuaTable single(LuaState state, String name, Object value) {
    LuaTable table = state.table();
    table.set(state, name, value);
    return table;
  }

  private static LuaTable error(LuaState state, Reply.Err error) {
    LuaTable table = single(state, "err", state.string(error.bytes()));
    table.set(state, "ignore_error_stats_update", true);
    return table;
  }

  private static LuaTable list(LuaState state, List<Reply> items, int resp) {
    LuaTable list = state.table();
    for (int i = 0; i < items.size(); i++) {
      list.set(state, i + 1, value(state, items.get(i), resp));
    }
    return list;
  }

  private static LuaTable set(LuaState state, List<Reply> items) {
    LuaTable members = state.table();
    for (Reply item : items) {
      members.set(state, value(state, item, 3), true);
    }
    return single(state, "set", members);
  }

  private static LuaTable map(LuaState state, List<Reply> items) {
    LuaTable entries = state.table();
    for (int i = 0; i < items.size(); i += 2) {
      entries.set(state, value(state, items.get(i), 3), value(state, items.get(i + 1), 3));
    }
    return single(state, "map", entries);
  }

  private static LuaTable pairs(LuaState state, List<Reply> items, int resp) {
    LuaTable list = state.table();
    for (int i = 0; i < items.size(); i += 2) {
      list.set(state, i / 2 + 1, list(state, items.subList(i, i + 2), resp));
    }
    return list;
  }

  private static LuaTable verbatim(LuaState state, String format, String text) {
    LuaTable parts = state.table();
    parts.set(state, "format", text(state, format));
    parts.set(state, "string", text(state, text));
    return single(state, "verbatim_string", parts);
  }
}
