package io.pika.proxy.rdb;

import io.pika.proxy.rdb.RdbEntry.Aux;
import io.pika.proxy.rdb.RdbEntry.Key;
import io.pika.proxy.rdb.RdbEntry.Library;
import io.pika.proxy.rdb.RdbEntry.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an RDB file (Redis 7.0 {@code rdb.c}) from its start, or from a place between two entries where an earlier
 * reading had come to. Of a value only a piece is in memory at a time. For one thread.
 *
 * <pre>
 * file: | REDIS | version, four digits | entry ... | ff | crc64 u64 LE, from version 5 on; 0: not computed |
 * entry: | fe | database | , | fb | keys | expiring keys | , | fa | name | value | , | f5 | code of a library |
 *      | | fd | seconds u32 LE | or | fc | milliseconds u64 LE | , | f9 | frequency u8 | , | f8 | idle seconds |
 *      | | type u8 | key | value |
 * </pre>
 */
public final class RdbFile {
  public static final String MAGIC = "REDIS";
  private static final int VERSION_MAX = 10;
  private static final int VERSION_DIGITS = 4;
  private static final int VERSION_WITH_CHECKSUM = 5;

  private static final int FUNCTION_2 = 0xf5;
  private static final int FUNCTION_EARLY = 0xf6;
  private static final int MODULE_AUX = 0xf7;
  private static final int IDLE = 0xf8;
  private static final int FREQUENCY = 0xf9;
  private static final int AUX = 0xfa;
  private static final int RESIZE = 0xfb;
  private static final int EXPIRE_MS = 0xfc;
  private static final int EXPIRE = 0xfd;
  private static final int SELECT = 0xfe;
  private static final int END = 0xff;
  private static final int MODULE = 6;
  private static final int MODULE_2 = 7;
  private static final int FIRST_OPCODE = 0xf0;

  /**
   * A place between two entries.
   *
   * @param offset of the next byte
   * @param crc of all bytes before it
   */
  public record Position(long offset, long crc, int version, long database) {
    public static final Position START = new Position(0, 0, 0, 0);
  }

  private final RdbInput in;
  private final RdbReader reader;
  private int version;
  private long database;
  /** Of the key whose value is next. */
  private @Nullable RdbType type;

  /**
   * @param in stands at that place; it is read ahead
   * @param stringBytesMax longer strings than this are refused, for they must be in memory
   */
  public RdbFile(InputStream in, Position from, long stringBytesMax) {
    this.in = new RdbInput(in, from.offset, from.crc);
    this.reader = RdbReader.ofFile(this.in, stringBytesMax);
    this.version = from.version;
    this.database = from.database;
  }

  /** Between two entries: where the next one begins. */
  public Position position() {
    return new Position(in.offset(), in.crc(), version, database);
  }

  /** Of the next byte; cheaper than {@link #position}. */
  public long offset() {
    return in.offset();
  }

  /** What follows the file's end. */
  public InputStream rest() {
    return in.rest();
  }

  /** The next entry; null: the file has ended and is whole. */
  public @Nullable RdbEntry next() throws IOException {
    return guarded(this::takeEntry).orElse(null);
  }

  /** Hands out the value of the last key. It must be read. */
  public void value(RdbValue to) throws IOException {
    RdbType told = takeType();
    guarded(() -> {
      RdbValue.read(told, reader, to);
      return told;
    });
  }

  /**
   * Keeps the bytes of the value that is read next, as long as there are few.
   *
   * @param bytesMax and no more; 0: none
   */
  public void keepValue(int bytesMax) {
    in.startCopy(bytesMax);
  }

  /** The value that was read, as DUMP would give it; null: it was too long. */
  public byte @Nullable [] keptValue(RdbType told) {
    byte[] value = in.endCopy();
    return value == null ? null : Payload.of(told, value);
  }

  private RdbType takeType() {
    RdbType told = type;
    if (told == null) {
      throw new IllegalStateException("no value is next");
    }
    type = null;
    return told;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }

  private <T> T guarded(Reading<T> reading) throws IOException {
    long start = in.offset();
    try {
      return reading.run();
    } catch (DamagedException damaged) {
      throw new RdbDamage(in.offset(), damaged.getMessage() + " (in what begins at byte " + start + ")");
    } catch (TooLongException tooLong) {
      throw new RdbDamage(in.offset(), "a string of " + tooLong.getMessage() + " (in what begins at byte "
          + start + "): more memory is needed for it, unless the file is damaged");
    } catch (UncheckedIOException trouble) {
      throw trouble.getCause();
    }
  }

  private Optional<RdbEntry> takeEntry() throws IOException {
    if (type != null) {
      throw new IllegalStateException("the value of the last key was not read");
    }
    if (version == 0) {
      takeHead();
    }
    long expireAtMs = 0;
    while (true) {
      int code = reader.takeByte();
      switch (code) {
        case EXPIRE -> expireAtMs = 1000 * reader.takeInt();
        case EXPIRE_MS -> expireAtMs = reader.takeLong();
        case FREQUENCY -> reader.takeByte();
        case IDLE -> reader.takeLength();
        case SELECT -> database = reader.takeLength();
        case AUX -> {
          return Optional.of(new Aux(reader.takeString(), reader.takeString()));
        }
        case RESIZE -> {
          return Optional.of(new Sizes(reader.takeLength(), reader.takeLength()));
        }
        case FUNCTION_2 -> {
          return Optional.of(new Library(reader.takeString()));
        }
        case END -> {
          checkSum();
          return Optional.empty();
        }
        default -> {
          RdbType known = known(code);
          type = known;
          return Optional.of(new Key(database, reader.takeString(), known, expireAtMs));
        }
      }
    }
  }

  private void takeHead() throws RdbDamage {
    String head = new String(reader.take(MAGIC.length() + VERSION_DIGITS), StandardCharsets.ISO_8859_1);
    String digits = head.substring(MAGIC.length());
    if (!head.startsWith(MAGIC) || !digits.matches("\\d{4}")) {
      throw new RdbDamage(0, "no RDB file: it does not begin with " + MAGIC + " and a version");
    }
    version = Integer.parseInt(digits);
    if (version < 1 || version > VERSION_MAX) {
      throw new RdbDamage(MAGIC.length(), "RDB version " + version + "; versions up to " + VERSION_MAX
          + " are read (Redis 7.0 and before)");
    }
  }

  private RdbType known(int code) throws RdbDamage {
    RdbType known = RdbType.of(code);
    if (known != null) {
      return known;
    }
    long at = in.offset() - 1;
    throw switch (code) {
      case MODULE_AUX -> new RdbDamage(at, "data of a module; there are no modules here");
      case MODULE, MODULE_2 -> new RdbDamage(at, "a key of a module's type; there are no modules here");
      case FUNCTION_EARLY -> new RdbDamage(at, "functions of a release candidate of Redis 7.0");
      default -> new RdbDamage(at, (code >= FIRST_OPCODE ? "an entry" : "a value")
          + " of a kind that is not known: " + code);
    };
  }

  private void checkSum() throws RdbDamage {
    if (version < VERSION_WITH_CHECKSUM) {
      return;
    }
    long computed = in.crc();
    long told = reader.takeLong();
    if (told != 0 && told != computed) {
      HexFormat hex = HexFormat.of();
      throw new RdbDamage(in.offset(), "the checksum of all before is " + hex.toHexDigits(computed)
          + ", and the file says " + hex.toHexDigits(told) + ": it is damaged somewhere");
    }
  }
}
