package io.pika.proxy.rdb;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The forms in which RDB files up to version 10 and payloads of DUMP hold a value (Redis 7.0 {@code rdb.h}). */
public enum RdbType {
  STRING(0, Kind.STRING),
  LIST(1, Kind.LIST),
  SET(2, Kind.SET),
  /** Scores are texts. */
  ZSET(3, Kind.ZSET),
  HASH(4, Kind.HASH),
  /** Scores are eight bytes. */
  ZSET_2(5, Kind.ZSET),
  HASH_ZIPMAP(9, Kind.HASH),
  LIST_ZIPLIST(10, Kind.LIST),
  SET_INTSET(11, Kind.SET),
  ZSET_ZIPLIST(12, Kind.ZSET),
  HASH_ZIPLIST(13, Kind.HASH),
  LIST_QUICKLIST(14, Kind.LIST),
  STREAM_LISTPACKS(15, Kind.STREAM),
  HASH_LISTPACK(16, Kind.HASH),
  ZSET_LISTPACK(17, Kind.ZSET),
  LIST_QUICKLIST_2(18, Kind.LIST),
  /** With the first and the largest deleted ID. */
  STREAM_LISTPACKS_2(19, Kind.STREAM);

  /** What a client calls the type. */
  public enum Kind {
    STRING, LIST, SET, HASH, ZSET, STREAM
  }

  private static final Map<Integer, RdbType> BY_CODE = new HashMap<>();

  static {
    for (RdbType type : values()) {
      BY_CODE.put(type.code, type);
    }
  }

  private final int code;
  private final Kind kind;

  RdbType(int code, Kind kind) {
    this.code = code;
    this.kind = kind;
  }

  /** Null: a form that we do not know, such as a module's. */
  public static @Nullable RdbType of(int code) {
    return BY_CODE.get(code);
  }

  public int code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }
}
