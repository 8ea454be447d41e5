package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.LuaUserdata;
import java.util.function.Function;

/** lua-cjson 2.1.0. Settings that a script changes end with it. */
final class JsonLibrary {
  static final LuaUserdata NULL = new LuaUserdata("(nil)");

  private JsonLibrary() {}

  /** A function that uses settings. */
  private interface Body {
    Object[] call(JsonSettings settings, LuaState state, LuaArgs args);
  }

  static LuaTable create() {
    return library(state -> state.own(JsonSettings.class, JsonSettings::new)).freeze();
  }

  private static BaseLibrary.Library library(Function<LuaState, JsonSettings> settings) {
    BaseLibrary.Library library = new BaseLibrary.Library();
    on(library, settings, "encode", JsonLibrary::encode);
    on(library, settings, "decode", JsonLibrary::decode);
    on(library, settings, "encode_sparse_array", JsonSettings::sparseArray);
    on(library, settings, "encode_max_depth", JsonSettings::encodeMaxDepth);
    on(library, settings, "decode_max_depth", JsonSettings::decodeMaxDepth);
    on(library, settings, "encode_number_precision", JsonSettings::numberPrecision);
    on(library, settings, "encode_keep_buffer", JsonSettings::keepBuffer);
    on(library, settings, "encode_invalid_numbers", JsonSettings::encodeInvalidNumbers);
    on(library, settings, "decode_invalid_numbers", JsonSettings::decodeInvalidNumbers);
    return library.on("new", (state, args) -> another(state))
        .with("null", NULL)
        .with("_NAME", LuaString.of("cjson"))
        .with("_VERSION", LuaString.of("2.1.0"));
  }

  private static void on(BaseLibrary.Library library, Function<LuaState, JsonSettings> settings, String name,
      Body body) {
    library.on(name, (state, args) -> body.call(settings.apply(state), state, args));
  }

  private static final int BYTES = 4096;

  private static Object[] another(LuaState state) {
    state.charge(BYTES);
    JsonSettings settings = new JsonSettings();
    return new Object[]{library(any -> settings).open()};
  }

  private static Object[] encode(JsonSettings settings, LuaState state, LuaArgs args) {
    checkOne(args);
    return new Object[]{new JsonWriter(state, settings).write(args.get(1))};
  }

  private static Object[] decode(JsonSettings settings, LuaState state, LuaArgs args) {
    checkOne(args);
    return new Object[]{new JsonReader(state, settings, args.string(1).bytes()).read()};
  }

  private static void checkOne(LuaArgs args) {
    if (args.size() != 1) {
      throw args.error(1, "expected 1 argument");
    }
  }
}
