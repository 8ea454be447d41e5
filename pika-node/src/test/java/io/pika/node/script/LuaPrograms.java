package io.pika.node.script;

import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Random Lua programs: pieces that are each run within pcall, and shown with all that they return or raise. Nothing in them tells an
 * address or the time.
 */
final class LuaPrograms {
  private static final String SHOW = """
      local function show(v, d)
        local t = type(v)
        if t == 'table' then
          if d > 4 then return '{..}' end
          local o = {}
          for k, x in pairs(v) do o[#o + 1] = (type(k) == 'table' and 'ADDRESS' or show(k, d + 1)) .. '=' .. show(x, d + 1) end
          return '{' .. table.concat(o, ',') .. '}'
        end
        if t == 'string' then return (string.gsub(string.gsub(string.format('%q', v), '%c', '.'), '0x%x%x%x%x%x%x%x+', 'ADDRESS')) end
        if t == 'number' or t == 'nil' or t == 'boolean' then return tostring(v) end
        return t
      end
      local out = {}
      local function run(f)
        local r = {pcall(f)}
        local s = show(r, 0)
        out[#out + 1] = #s < 4000 and s or #s
      end
      local g, h, tab, tob = 5, 'hello', {1, 2, 3, x = 'y'}, {a = 1, b = {c = 2}}
      local function hex(s) return (string.gsub(s, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
      """;

  private final RandomGenerator random;

  LuaPrograms(RandomGenerator random) {
    this.random = random;
  }

  /** A program of so many pieces, each on a line of its own. */
  List<String> pieces(int count) {
    return java.util.stream.Stream.generate(this::piece).limit(count).toList();
  }

  static String program(List<String> pieces) {
    StringBuilder text = new StringBuilder(SHOW);
    for (String piece : pieces) {
      text.append("run(function(...) ").append(piece).append(" end)\n");
    }
    return text.append("return out").toString();
  }

  @SafeVarargs
  private String any(Supplier<String>... choices) {
    return choices[random.nextInt(choices.length)].get();
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String piece() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> "return " + call();
      case 3, 4 -> "return " + value(4) + ", " + value(3);
      case 5, 6, 7 -> block(3) + " return " + value(3) + ", " + name();
      case 8 -> "return " + library();
      case 9 -> library2();
      case 10 -> "return loadstring(" + quote(mangled(block(2) + " return " + value(2))) + ", '=x')";
      default -> special();
    };
  }

  private String value(int depth) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> number(depth);
      case 3, 4, 5 -> text(depth);
      case 6 -> truth(depth);
      case 7 -> table(depth);
      case 8 -> one("nil", "true", "false", name());
      default -> depth > 0 ? "(" + value(depth - 1) + one(" and ", " or ") + value(depth - 1) + ")" : name();
    };
  }

  private String name() {
    return one("g", "h", "tab", "tob", "tab.x", "tob.b.c", "tab[2]", "g", "h");
  }

  private String literal() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> Integer.toString(random.nextInt(20) - 3);
      case 2 ->
        one("0", "1", "-1", "0.1", "1e15", "1e100", "2^31", "2^53", "2^63", "(1/0)", "(-1/0)", "123456789012",
            "1e14", "1e-5", "3.5", "-2.5", "0x10", "255", "256", "65536", "4294967295", "4294967296",
            "2147483648",
            "-2147483649", "1e308", "5e-324", "100", "1.5e300");
      case 3 -> Double.toString(random.nextInt(2000) / 16.0);
      case 4 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      default -> Long.toString(random.nextLong() >> random.nextInt(64));
    };
  }

  private String number(int depth) {
    if (depth <= 0) {
      return random.nextInt(25) == 0
          ? one("nil", "'x'", "'10'", "' 0x1F '", "{}", "'1e2'", "true")
          : literal();
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> "(" + number(depth - 1) + one("+", "-", "*", "/", "%", "^") + number(depth - 1) + ")";
      case 3 -> "#" + (random.nextBoolean() ? "(" + text(depth - 1) + ")" : table(depth - 1));
      case 4 -> "-" + number(depth - 1).replaceFirst("^-", "1-");
      case 5 -> "tonumber("
          + any(() -> text(0), () -> numberText() + one("", "", ",16", ",2", ",36", ",10", ",1", ",8"))
          + ")";
      case 6 ->
        "math." + one("abs", "ceil", "floor", "sqrt", "deg", "rad", "modf", "frexp", "exp", "log", "log10")
            + "(" + number(depth - 1) + ")";
      case 7 -> "math." + one("max", "min", "fmod", "mod", "pow", "ldexp") + "(" + number(depth - 1) + ","
          + number(depth - 1) + ")";
      default -> literal();
    };
  }

  private String numberText() {
    StringBuilder text = new StringBuilder("'");
    int length = random.nextInt(8);
    for (int i = 0; i < length; i++) {
      text.append(one("0", "1", "7", "9", "a", "F", "x", ".", "e", "-", "+", " ", "z", "inf", "nan", "p",
          "0x", "\\0"));
    }
    return text.append("'").toString();
  }

  private String text(int depth) {
    if (depth <= 0) {
      return random.nextInt(25) == 0
          ? one("nil", "5", "{}", "true", "12.5")
          : one("'abc'", "''", "'hello world'", "'a,b,,c'", "'%d+'", "'x=1, y=2'", "'\\0\\1\\255'", "'AbC'",
              "'  pad '",
              "'aaaa'", "'a.b'", "'[x]'", "'12'", "'-7.25'", "'0x1f'", "'\\n\\t\"\\\\'", "'abcabcabc'",
              "'f(a(b)c)d'",
              "'THE (quick) fox'", "'\\128\\200'", "'key=val'", "h");
    }
    return switch (random.nextInt(9)) {
      case 0, 1 -> "(" + text(depth - 1) + ".." + any(() -> text(depth - 1), () -> number(depth - 1)) + ")";
      case 2 -> "string.sub(" + text(depth - 1) + "," + number(0) + "," + number(0) + ")";
      case 3 -> "string." + one("upper", "lower", "reverse") + "(" + text(depth - 1) + ")";
      case 4 -> "string.rep(" + text(depth - 1) + "," + one("0", "1", "2", "3", "-1", "1.9", "7") + ")";
      case 5 -> "tostring(" + literal() + ")";
      case 6 -> format();
      case 7 -> "(string.gsub(" + text(0) + "," + pattern() + "," + replacement() + "))";
      default -> "table.concat(" + table(0) + "," + text(0) + ")";
    };
  }

  private String format() {
    StringBuilder format = new StringBuilder("string.format('");
    StringBuilder args = new StringBuilder();
    int items = random.nextInt(3) + 1;
    for (int i = 0; i < items; i++) {
      char conversion = "diuoxXeEfgGcsqsdg".charAt(random.nextInt(17));
      format.append(one("", "", "a", "%%")).append('%');
      if (conversion != 'q' || random.nextInt(4) == 0) {
        format.append(one("", "", "", "-", "+", " ", "#", "0", "-0", "+ ", "0#"));
        format.append(one("", "", "", "5", "12", "1", "30", "99"))
            .append(one("", "", "", ".0", ".3", ".10", ".", ".20"));
      }
      format.append(random.nextInt(40) == 0 ? 'y' : conversion);
      args.append(',').append(switch (conversion) {
        case 'c' -> Integer.toString(random.nextInt(95) + 32);
        case 's', 'q' -> random.nextInt(8) == 0 ? number(0) : text(0);
        default -> number(random.nextInt(2));
      });
    }
    return format + "'" + args + ")";
  }

  private String pattern() {
    StringBuilder pattern = new StringBuilder("'");
    if (random.nextInt(6) == 0) {
      pattern.append('^');
    }
    int parts = random.nextInt(4) + 1;
    for (int i = 0; i < parts; i++) {
      pattern.append(one("a", "b", ".", "%a", "%d", "%s", "%w", "%S", "[abc]", "[^,]", "[a-c%d]", "%(",
          "(%w+)", "(.)", "()",
          "%bab", "%b()", "%f[%w]", "(a)", "%1", "[]]", "[^]]", "%%", "x", "o", "l", ",", "=", "[%a_]",
          "[a-]", "%z", "%x",
          "(", ")", "[", "%", "$", "(.-)"));
      pattern.append(one("", "", "", "*", "+", "-", "?"));
    }
    return pattern.append(one("", "", "", "$")).append("'").toString();
  }

  private String replacement() {
    return one("'%0'", "'<%1>'", "'x'", "'%2'", "'%%'", "''", "function(a, b) return a end", "function() end",
        "{a='1', b=2}",
        "string.upper", "'%'", "function() return {} end", "5", "function(a) return #a end", "false",
        "'%0%0'");
  }

  private String truth(int depth) {
    if (depth <= 0) {
      return one("true", "false");
    }
    return switch (random.nextInt(5)) {
      case 0 -> "not " + value(depth - 1);
      case 1 -> "(" + number(depth - 1) + one("<", "<=", ">", ">=") + number(depth - 1) + ")";
      case 2 -> "(" + text(depth - 1) + one("<", "<=", ">", ">=") + text(depth - 1) + ")";
      default -> "(" + value(depth - 1) + one("==", "~=") + value(depth - 1) + ")";
    };
  }

  private String table(int depth) {
    StringBuilder text = new StringBuilder("{");
    int items = random.nextInt(random.nextInt(10) == 0 ? 70 : 6);
    for (int i = 0; i < items; i++) {
      switch (random.nextInt(5)) {
        case 0 -> text.append(one("a", "b", "key", "n", "zz")).append(" = ").append(value(depth - 1));
        case 1 ->
          text.append("[").append(random.nextBoolean() ? Integer.toString(random.nextInt(12)) : literal())
              .append("] = ").append(value(depth - 1));
        default -> text.append(random.nextInt(4) == 0 ? value(depth - 1) : literal());
      }
      text.append(one(",", ";"));
    }
    return text.append("}").toString();
  }

  /** A call of a function of the libraries with arguments of any kind. */
  private String call() {
    String function = one("string.byte", "string.char", "string.find", "string.format", "string.gmatch",
        "string.gsub",
        "string.len", "string.lower", "string.match", "string.reverse", "string.sub", "string.upper",
        "table.concat", "table.getn", "table.insert", "table.maxn", "table.remove", "table.sort", "math.abs",
        "math.ceil",
        "math.floor", "math.fmod", "math.frexp", "math.ldexp", "math.max", "math.min", "math.modf",
        "math.pow",
        "tonumber", "tostring", "type", "unpack", "select", "rawequal", "rawget", "rawset", "next", "ipairs",
        "pairs",
        "assert", "error", "pcall", "setmetatable", "getmetatable", "bit.band", "bit.bor", "bit.bxor",
        "bit.lshift",
        "bit.rshift", "bit.arshift", "bit.rol", "bit.ror", "bit.bnot", "bit.bswap", "bit.tobit", "bit.tohex",
        "string.find",
        "string.match", "string.gsub", "string.sub", "string.byte", "xpcall", "loadstring", "table.foreach",
        "table.foreachi", "coroutine.create", "coroutine.status", "coroutine.wrap", "coroutine.running",
        "gcinfo and type",
        "redis.sha1hex", "redis.error_reply", "redis.status_reply", "redis.setresp", "redis.log",
        "cjson.encode", "cjson.decode", "cmsgpack.unpack", "struct.size", "struct.pack", "struct.unpack");
    StringBuilder text = new StringBuilder(function).append('(');
    if (function.startsWith("string.") && random.nextInt(5) > 0) {
      text.append(text(1)).append(',').append(pattern());
      text.append(one("", "", ",1", ",-2", "," + number(0), "," + replacement(),
          "," + replacement() + "," + number(0), ",1,true"));
    } else if (function.startsWith("table.") && random.nextInt(5) > 0) {
      text.append(table(1)).append(one("", "", ",2", ",1,7", ",'-'", ",',',2", ",',',1,2", "," + number(0),
          ",function(a,b) return tostring(a)>tostring(b) end", ",function(a) return a end"));
    } else if (function.startsWith("bit.") && random.nextInt(5) > 0) {
      text.append(number(1)).append(',').append(number(0));
    } else {
      int args = random.nextInt(4);
      for (int i = 0; i < args; i++) {
        text.append(i == 0 ? "" : ",")
            .append(random.nextInt(12) == 0 ? "function(...) return ... end" : value(1));
      }
    }
    return text.append(')').toString();
  }

  private String library() {
    return switch (random.nextInt(8)) {
      case 0 -> "cjson.encode(" + table(2) + ")";
      case 1 -> "cjson.decode(" + quote(json(3)) + ")";
      case 2 -> "hex(cmsgpack.pack(" + value(2) + one("", "," + value(1)) + "))";
      case 3 -> "cmsgpack.unpack(cmsgpack.pack(" + value(2) + one("", "," + value(1)) + "))";
      case 4 -> "cmsgpack." + one("unpack", "unpack_one", "unpack_limit") + "(" + bytes()
          + one("", ",1", ",2,1", ",0,0", ",-1", ",1,3")
          + ")";
      case 5 -> "hex(struct.pack(" + structure() + "," + number(0) + "," + number(0) + "," + text(0) + ","
          + number(0) + "))";
      case 6 -> "struct.unpack(" + structure() + "," + bytes() + one("", ",2", ",0", ",-1", ",5") + ")";
      default -> "struct.size(" + structure() + ")";
    };
  }

  private String library2() {
    return switch (random.nextInt(4)) {
      case 0 -> "local c = cjson.new() local r = {c." + one("encode_sparse_array", "encode_max_depth",
          "decode_max_depth",
          "encode_number_precision", "encode_keep_buffer", "encode_invalid_numbers", "decode_invalid_numbers")
          + "("
          + one("", "true", "false", "'on'", "'off'", "'null'", "1", "2", "true,3,5", "'x'", "{}", "nil,1",
              "14", "15", "1,2,3,4")
          + ")} return r, pcall(c.encode, " + table(2) + "), pcall(c.decode, " + quote(json(2)) + ")";
      case 1 -> "local c = cjson.new() c.encode_invalid_numbers(" + one("true", "'null'", "false")
          + ") c.encode_number_precision("
          + (random.nextInt(14) + 1) + ") c.decode_invalid_numbers(" + one("true", "false")
          + ") return c.encode({"
          + number(1) + "," + number(1) + ",0/0}), c.decode(" + quote(json(1)) + ")";
      case 2 -> "local s = struct.pack(" + structure() + "," + number(0) + "," + number(0) + "," + text(0)
          + ") return hex(s)";
      default -> "return cjson.encode(cjson.decode(" + quote(json(3)) + "))";
    };
  }

  private String structure() {
    StringBuilder text = new StringBuilder("'");
    int items = random.nextInt(5);
    for (int i = 0; i < items; i++) {
      text.append(one("b", "B", "h", "H", "l", "L", "T", "i", "I", "i1", "i3", "I5", "i8", "i16", "I32", "f",
          "d", "s", "c1",
          "c3", "c0", "x", " ", "<", ">", "!", "!4", "!8", "!2", "i33", "!3", "z", "i0", "c", "h"));
    }
    return text.append("'").toString();
  }

  private String bytes() {
    StringBuilder text = new StringBuilder("'");
    int count = random.nextInt(14);
    for (int i = 0; i < count; i++) {
      int value = switch (random.nextInt(4)) {
        case 0 -> random.nextInt(4);
        case 1 -> 0xc0 + random.nextInt(32);
        case 2 -> 0x80 + random.nextInt(40);
        default -> random.nextInt(256);
      };
      text.append(String.format("\\%03d", value));
    }
    return text.append("'").toString();
  }

  private String json(int depth) {
    String text = jsonValue(depth);
    if (random.nextInt(4) == 0 && !text.isEmpty()) {
      int at = random.nextInt(text.length());
      text = text.substring(0, at) + one("", ",", "]", "\"", "{", "x", "\\", ":", "1", " ")
          + text.substring(at + random.nextInt(2));
    }
    return text;
  }

  private String jsonValue(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0 -> one("true", "false", "null", "nul", "nan", "inf", "-inf", "Infinity", "+1");
      case 1 -> Integer.toString(random.nextInt(1000) - 100);
      case 2 -> one("1.5", "-0", "1e5", "1E-3", "0x1F", "01", "1e400", "123456789012345678", "-", "1.", ".5",
          "1e", "0.1");
      case 3,
          4 ->
        "\"" + one("a", "key", "", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\n\\t\\\\\\\"", "\\x", "\\/",
            "\u00e9",
            "\\u12", "a b", "\\udc00", "\t") + "\"";
      case 5 -> one(" 1 ", "[]", "{}", "[ ]", "{ }", "");
      case 6, 7 ->
        "[" + jsonValue(depth - 1) + one("", "," + jsonValue(depth - 1), " , " + jsonValue(depth - 1)) + "]";
      default -> "{\"" + one("a", "b", "") + "\":" + jsonValue(depth - 1)
          + one("", ",\"z\": " + jsonValue(depth - 1), ",\"a\":" + jsonValue(depth - 1)) + "}";
    };
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (byte each : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      int c = each & 0xff;
      if (c < 32 || c > 126 || c == '\'' || c == '\\') {
        quoted.append(String.format("\\%03d", c));
      } else {
        quoted.append((char) c);
      }
    }
    return quoted.append("'").toString();
  }

  /** Statements over the variables, among them local ones of their own. */
  private String block(int depth) {
    StringBuilder text = new StringBuilder();
    int statements = random.nextInt(3) + 1;
    for (int i = 0; i < statements; i++) {
      text.append(statement(depth)).append(one(" ", "; ", " "));
    }
    return text.toString();
  }

  private String statement(int depth) {
    if (depth <= 0) {
      return name() + " = " + value(1);
    }
    return switch (random.nextInt(16)) {
      case 0 -> "local g, h = " + value(2) + ", " + value(1);
      case 1 -> "if " + value(2) + " then " + block(depth - 1) + one("", "else " + block(depth - 1), "elseif "
          + truth(1) + " then " + block(depth - 1)) + " end";
      case 2 -> "local n = 0 while n < " + random.nextInt(5) + " do n = n + 1 " + block(depth - 1)
          + one("", " if g == n then break end")
          + " end";
      case 3 -> "for i = " + number(0) + "," + random.nextInt(9) + one("", "," + one("1", "2", "-1", "0.5"))
          + " do g = i " + block(depth - 1)
          + " if i > 50 or i < -50 then break end end";
      case 4 -> "for k, v in " + one("pairs", "ipairs", "next,") + "(" + table(1)
          + ") do h = tostring(k)..tostring(v) end";
      case 5 -> "local function f(a, b, ...) " + block(depth - 1) + " return "
          + one("a, b", "...", "select('#', ...)", "f and b", "g")
          + " end g = f(" + value(1) + "," + value(1) + one("", "," + value(1)) + ")";
      case 6 -> "tab, tob = " + one("tob, tab", table(1) + "," + table(1), "{...}, {n = select('#', ...)}");
      case 7 -> "tab[" + value(1) + "] = " + value(1);
      case 8 -> "tob." + one("a", "b", "c", "b.d") + " = " + value(2);
      case 9 ->
        "local n = 0 repeat local q = n n = n + 1 " + block(depth - 1) + " until q > " + random.nextInt(4);
      case 10 -> "do " + block(depth - 1) + " end";
      case 11 -> "h = {pcall(function() " + block(depth - 1) + " return " + value(2) + " end)}";
      case 12 -> "local t = " + table(1) + " "
          + one("table.insert(t, " + value(1) + ")", "table.remove(t)", "table.sort(t)",
              "table.insert(t, 1, " + value(0) + ")", "t[#t + 1] = 1", "t[#t] = nil")
          + " tab = t";
      case 13 -> "g = " + value(3) + " h = " + text(2);
      case 14 -> "local o = setmetatable({}, {"
          + one("__index", "__add", "__concat", "__call", "__lt", "__le", "__eq", "__unm", "__newindex",
              "__tostring", "__len", "__mod", "__pow")
          + " = " + one("function(a, b) return g end", "function() error('mm') end",
              "function(a, b) return type(a) .. type(b) end", "tob")
          + "}) g = "
          + one("o.x", "o + 1", "o .. 's'", "o(1, 2)", "o < o", "o <= o", "o == {}", "-o", "#o", "1 + o",
              "tostring(o) == 1",
              "o % 2", "2 ^ o", "o.y.z")
          + one("", " o.z = 1 g = rawget(o, 'z')");
      default -> "h:" + one("upper()", "sub(2)", "rep(2)", "nosuch()", "gsub('l', 'L')");
    };
  }

  private String special() {
    return switch (random.nextInt(6)) {
      case 0 ->
        "local co = coroutine.create(function(a, b) local c = coroutine.yield(" + value(2) + ") " + block(2)
            + " coroutine.yield(c, a) return " + value(2)
            + " end) local r = {} for i = 1, 5 do r[i] = {coroutine.resume(co, "
            + value(1) + ", i)} r[i].s = coroutine.status(co) end return r";
      case 1 -> "local w = coroutine.wrap(function(...) for i = 1, " + random.nextInt(5)
          + " do coroutine.yield(i, ...) " + block(1)
          + " end " + one("", "error('in co')", "error({1})", "return " + value(2)) + " end) return {w("
          + value(1) + ")}, w(), w(2)";
      case 2 -> "local function f(n) if n == 0 then "
          + one("return " + value(2), "error(" + value(1) + ")", "local x = nil + n")
          + " end return " + one("f(n - 1)", "(f(n - 1))", "1, f(n - 1)") + " end return f("
          + random.nextInt(20) + ")";
      case 3 -> "return xpcall(function() " + block(2) + " error(" + value(1) + one("", ",0", ",1", ",2")
          + ") end, function(e) return type(e), e end)";
      case 4 -> "local t = {} for i = 1, " + random.nextInt(40) + " do t["
          + one("i", "i * 2", "'k' .. i", "-i", "i / 3", "40 - i",
              "(i * 7) % 31")
          + "] = i end for i = 1, " + random.nextInt(20) + " do t[" + one("i", "'k' .. i", "i * 3")
          + "] = nil end return #t, t";
      default -> "local r = {} for a, b in string.gmatch(" + text(1) + "," + pattern()
          + ") do r[#r + 1] = tostring(a) .. tostring(b) if #r > 30 then break end end return r";
    };
  }

  private String mangled(String text) {
    String[] words = text.split("(?<=[^\\w])|(?=[^\\w])");
    if (words.length > 2 && random.nextInt(5) > 0) {
      int at = random.nextInt(words.length);
      words[at] = one("", words[at] + words[at], "end", "(", ")", "=", "'", "[[", "then", "do", "}", "local ",
          "..", "3x", "~", "\\", "@");
    }
    return String.join("", words);
  }
}
