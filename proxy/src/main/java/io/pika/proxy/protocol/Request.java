package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One command of a client: where its arguments are in the bytes that were read. Nothing is copied until an argument is
 * asked for, and a request that is forwarded goes out as the very bytes that came in.
 *
 * <p>A request holds the buffer it lies in, so it must be released exactly once by each holder. It may be read from any thread, one at
 * a time.
 */
public final class Request {
  /** See {@link Flag#LONG_IF_LARGE}. */
  private static final int LARGE = 64 << 10;
  private static final byte[] LINE_END = {'\r', '\n'};

  private final ByteBuf bytes;
  private final int start;
  private final int end;
  /** Pairs of offset from {@link #start} and length, one for each argument. */
  private final int[] spans;
  private final int size;
  private final @Nullable Command command;
  /** A copy of the first argument, which mostly is the key: asked for to find the slot, and again to run the command. */
  private byte @Nullable [] first;

  /** Takes over one reference of the buffer, in which array form lies from start to end. */
  Request(ByteBuf bytes, int start, int end, int[] spans, int size) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.spans = spans;
    this.size = size;
    this.command = Command.find(bytes, start + spans[0], spans[1]);
  }

  /** A request made here, for example the part of a command that was split. */
  public static Request of(byte[]... arguments) {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("a request has at least its name");
    }
    int total = 16;
    for (byte[] argument : arguments) {
      total = Math.addExact(total, argument.length + 16);
    }
    ByteBuf out = Unpooled.buffer(total);
    int[] spans = new int[arguments.length * 2];
    writeHeader(out, '*', arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      writeHeader(out, '$', arguments[i].length);
      spans[2 * i] = out.writerIndex();
      spans[2 * i + 1] = arguments[i].length;
      out.writeBytes(arguments[i]).writeBytes(LINE_END);
    }
    return new Request(out, 0, out.writerIndex(), spans, arguments.length);
  }

  /** A request made here from texts. */
  public static Request of(String... arguments) {
    byte[][] bytes = new byte[arguments.length][];
    for (int i = 0; i < arguments.length; i++) {
      bytes[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
    }
    return of(bytes);
  }

  private static void writeHeader(ByteBuf out, char type, int number) {
    out.writeByte(type);
    out.writeCharSequence(Integer.toString(number), StandardCharsets.US_ASCII);
    out.writeBytes(LINE_END);
  }

  /** The row of the command table; null = there is no command of that name. */
  public @Nullable Command command() {
    return command;
  }

  /** The row of the sub-command that the first argument names; null = the command has none of that name. */
  public @Nullable SubCommand subCommand() {
    if (command == null || size < 2 || command.subCommands().isEmpty()) {
      return null;
    }
    return SubCommand.find(command, arg(1));
  }

  /** Whether it may change data, or what others see; by its sub-command where it has one. */
  public boolean mayWrite() {
    if (command == null) {
      return false;
    }
    SubCommand subCommand = command.has(Flag.LEADS) ? subCommand() : null;
    return subCommand == null ? command.spec().mayWrite() : subCommand.spec().mayWrite();
  }

  /** Whether it must not run on a thread that others wait for. */
  public boolean mayTakeLong() {
    if (command == null || !command.spec().mayTakeLong()) {
      return false;
    }
    return command.has(Flag.LONG) || rawLength() > LARGE;
  }

  /** Count of arguments, with the name. */
  public int size() {
    return size;
  }

  /** A copy of an argument, which nobody changes: it may be another caller's too. 0 is the name as the client wrote it. */
  public byte[] arg(int index) {
    byte[] known = first;
    if (index == 1 && known != null) {
      return known;
    }
    byte[] copy = new byte[argLength(index)];
    bytes.getBytes(start + spans[2 * index], copy);
    if (index == 1) {
      first = copy;
    }
    return copy;
  }

  /** Copies of all arguments, the name first. */
  public byte[][] args() {
    byte[][] all = new byte[size()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = arg(i);
    }
    return all;
  }

  /** An argument as text, malformed UTF-8 replaced: for names and messages, not for keys. */
  public String text(int index) {
    return new String(arg(index), StandardCharsets.UTF_8);
  }

  public int argLength(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("argument " + index + " of " + size);
    }
    return spans[2 * index + 1];
  }

  /** True if an argument is this word, in upper or lower case. */
  public boolean argIs(int index, String upperCaseWord) {
    if (argLength(index) != upperCaseWord.length()) {
      return false;
    }
    int at = start + spans[2 * index];
    for (int i = 0; i < upperCaseWord.length(); i++) {
      int letter = bytes.getByte(at + i);
      int upper = letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
      if (upper != upperCaseWord.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of the whole request in array form. */
  public int rawLength() {
    return end - start;
  }

  /**
   * The exact bytes of the request in array form, as a view that lives as long as the request: who keeps it longer, or
   * hands it to something that releases, retains it.
   */
  public ByteBuf raw() {
    return bytes.slice(start, end - start);
  }

  /** One more holder: the request is then released once more. */
  public Request retain() {
    bytes.retain();
    return this;
  }

  /** Lets go of the buffer; the request is not to be used any more. */
  public void release() {
    bytes.release();
  }

  /** The command's name only: arguments are nobody's business in a log. */
  @Override
  public String toString() {
    return (command == null ? "unknown command" : command.redisName()) + " with " + (size - 1) + " arguments";
  }
}
