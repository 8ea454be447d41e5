package io.pika.node.script;

import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import java.util.List;

/** The settings of one cjson, with the functions that read and change them, in the order of lua_cjson.c. */
final class JsonSettings {
  private static final List<String> OFF_ON = List.of("off", "on");
  private static final List<String> OFF_ON_NULL = List.of("off", "on", "null");

  boolean convertsSparse;
  int sparseRatio = 2;
  int sparseSafe = 10;
  int encodeDepth = 1000;
  int decodeDepth = 1000;
  int digits = 14;
  /** 0: refused, 1: written, 2: written as null. */
  int writesInvalidNumbers;
  boolean readsInvalidNumbers = true;
  private boolean keepsBuffer = true;

  Object[] sparseArray(LuaState state, LuaArgs args) {
    checkCount(args, 3);
    Object convert = option(state, args, OFF_ON, convertsSparse ? 1 : 0,
        chosen -> convertsSparse = chosen > 0);
    sparseRatio = whole(args, 2, sparseRatio, 0, Integer.MAX_VALUE);
    sparseSafe = whole(args, 3, sparseSafe, 0, Integer.MAX_VALUE);
    return new Object[]{convert, (double) sparseRatio, (double) sparseSafe};
  }

  Object[] encodeMaxDepth(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    encodeDepth = whole(args, 1, encodeDepth, 1, Integer.MAX_VALUE);
    return new Object[]{(double) encodeDepth};
  }

  Object[] decodeMaxDepth(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    decodeDepth = whole(args, 1, decodeDepth, 1, Integer.MAX_VALUE);
    return new Object[]{(double) decodeDepth};
  }

  Object[] numberPrecision(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    digits = whole(args, 1, digits, 1, 14);
    return new Object[]{(double) digits};
  }

  /** Without a meaning here: there is no buffer to be kept. */
  Object[] keepBuffer(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    return new Object[]{option(state, args, OFF_ON, keepsBuffer ? 1 : 0, chosen -> keepsBuffer = chosen > 0)};
  }

  Object[] encodeInvalidNumbers(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    return new Object[]{
        option(state, args, OFF_ON_NULL, writesInvalidNumbers, chosen -> writesInvalidNumbers = chosen)};
  }

  Object[] decodeInvalidNumbers(LuaState state, LuaArgs args) {
    checkCount(args, 1);
    return new Object[]{
        option(state, args, OFF_ON, readsInvalidNumbers ? 1 : 0, chosen -> readsInvalidNumbers = chosen > 0)};
  }

  private static void checkCount(LuaArgs args, int most) {
    if (args.size() > most) {
      throw args.error(most + 1, "found too many arguments");
    }
  }

  private static int whole(LuaArgs args, int index, int now, int least, int most) {
    if (args.isNoneOrNil(index)) {
      return now;
    }
    int value = args.int32(index);
    if (value < least || value > most) {
      throw args.error(1, "expected integer between " + least + " and " + most);
    }
    return value;
  }

  /** What is told of a choice that a setter takes. */
  private interface Choice {
    void take(int chosen);
  }

  /** The first argument chooses, by name or as a boolean; what is chosen then is returned. */
  private static Object option(LuaState state, LuaArgs args, List<String> names, int now, Choice choice) {
    int chosen = now;
    if (!args.isNoneOrNil(1)) {
      chosen = args.get(1) instanceof Boolean truth ? (truth ? 1 : 0) : named(args, names);
      choice.take(chosen);
    }
    return chosen < 2 ? (Object) (chosen == 1) : state.string(names.get(chosen));
  }

  private static int named(LuaArgs args, List<String> names) {
    LuaString name = args.string(1);
    int chosen = names.indexOf(name.toString());
    if (chosen < 0) {
      throw args.error(1, "invalid option '" + name + "'");
    }
    return chosen;
  }

}
