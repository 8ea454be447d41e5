package io.pika.cli.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A reply, RESP2. */
public sealed interface RedisReply {
  RedisReply NIL = new Nil();

  record Simple(String content) implements RedisReply {}

  record Err(String content) implements RedisReply {}

  record Int(long value) implements RedisReply {}

  record Bulk(byte[] bytes) implements RedisReply {}

  record Nil() implements RedisReply {}

  record Items(List<RedisReply> values) implements RedisReply {
    public Items {
      values = List.copyOf(values);
    }
  }

  default boolean isError() { return this instanceof Err; }

  /** What it says; of an array, how many it has. */
  default String text() {
    return switch (this) {
      case Simple(String content) -> content;
      case Err(String content) -> content;
      case Int(long value) -> Long.toString(value);
      case Bulk(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
      case Nil() -> "nothing";
      case Items(List<RedisReply> values) -> values.size() + " replies";
    };
  }

  default byte[] bytes() throws RedisTrouble {
    return switch (this) {
      case Bulk(byte[] bytes) -> bytes;
      case Simple(String content) -> content.getBytes(StandardCharsets.UTF_8);
      case Int(long value) -> Long.toString(value).getBytes(StandardCharsets.US_ASCII);
      case Err _,Nil _,Items _ -> throw unexpected("a text");
    };
  }

  default long number() throws RedisTrouble {
    return switch (this) {
      case Int(long value) -> value;
      case Bulk _,Simple _ -> {
        try {
          yield Long.parseLong(text());
        } catch (NumberFormatException none) {
          throw unexpected("a number");
        }
      }
      case Err _,Nil _,Items _ -> throw unexpected("a number");
    };
  }

  default List<RedisReply> items() throws RedisTrouble {
    if (this instanceof Items(List<RedisReply> values)) {
      return values;
    }
    throw unexpected("an array");
  }

  private RedisTrouble unexpected(String wanted) {
    return new RedisTrouble(isError() ? text() : "the reply is " + text() + ", not " + wanted);
  }
}
