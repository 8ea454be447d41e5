package io.pika.cli.transfer;

import io.pika.cli.transfer.KeyFeed.Pieces;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.proxy.rdb.StreamDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value to the table as it is read. While it is small it is only collected, for its dump may be at hand, which
 * is one command; what becomes large goes out piece by piece, so that no collection is in memory.
 */
final class ValueWriter implements ValueTaker {
  /** What is longer goes in pieces. */
  private static final int WHOLE_BYTES = KeyFeed.WHOLE_BYTES;
  private static final int PIECE_BYTES = 64 << 10;
  /** Of an element, beside its bytes. */
  private static final int ELEMENT_BYTES = 32;

  private final KeyFeed feed;
  private final byte[] name;
  private final Kind kind;
  private final long expireAtMs;
  private final List<byte[]> words = new ArrayList<>();
  private long bytes;
  private byte @Nullable [] string;
  private @Nullable Pieces pieces;
  private @Nullable StreamWrites stream;

  /** @param expireAtMs Unix time in milliseconds; 0: it stays */
  ValueWriter(KeyFeed feed, byte[] name, Kind kind, long expireAtMs) {
    this.feed = feed;
    this.name = name;
    this.kind = kind;
    this.expireAtMs = expireAtMs;
  }

  @Override
  public void end(byte @Nullable [] dump) throws IOException {
    byte[] whole = string;
    if (whole != null) {
      feed.string(name, whole, expireAtMs);
    } else if (pieces == null && dump != null) {
      feed.dumped(name, kind, dump, expireAtMs);
    } else {
      writePiece();
      opened().end();
    }
  }

  @Override
  public void string(byte[] value) {
    string = value;
  }

  @Override
  public void item(byte[] item) {
    add(item.length, item);
  }

  @Override
  public void member(byte[] member) {
    add(member.length, member);
  }

  @Override
  public void field(byte[] field, byte[] value) {
    add(field.length + value.length, field, value);
  }

  @Override
  public void scored(byte[] member, double score) {
    add(member.length, ReplyEncoder.formatDouble(score).getBytes(StandardCharsets.US_ASCII), member);
  }

  @Override
  public StreamDump.Sink stream() {
    StreamWrites writes = new StreamWrites(this::account);
    stream = writes;
    return writes;
  }

  private void add(int length, byte[]... element) {
    Collections.addAll(words, element);
    account(length);
  }

  private void account(long length) {
    bytes += length + ELEMENT_BYTES;
    if (bytes > (pieces == null ? WHOLE_BYTES : PIECE_BYTES)) {
      try {
        writePiece();
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      }
    }
  }

  private void writePiece() throws IOException {
    Pieces to = opened();
    StreamWrites writes = stream;
    if (writes != null) {
      List<byte[][]> commands = writes.take(to.name());
      if (!commands.isEmpty()) {
        to.piece(commands);
      }
    } else if (!words.isEmpty()) {
      byte[][] command = new byte[2 + words.size()][];
      command[0] = verb().getBytes(StandardCharsets.US_ASCII);
      command[1] = to.name();
      for (int i = 0; i < words.size(); i++) {
        command[2 + i] = words.get(i);
      }
      words.clear();
      if (kind == Kind.LIST) {
        to.items(command);
      } else {
        to.piece(List.<byte[][]>of(command));
      }
    }
    bytes = 0;
  }

  private String verb() {
    return switch (kind) {
      case HASH -> "HSET";
      case LIST -> "RPUSH";
      case SET -> "SADD";
      case ZSET -> "ZADD";
      case STRING, STREAM -> throw new IllegalStateException(kind + " has no elements");
    };
  }

  private Pieces opened() throws IOException {
    Pieces open = pieces;
    if (open == null) {
      open = feed.pieces(name, kind, expireAtMs);
      pieces = open;
    }
    return open;
  }
}
