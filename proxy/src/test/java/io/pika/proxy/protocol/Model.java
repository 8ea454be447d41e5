package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server that knows no command: what it answers depends on the parser alone. */
final class Model {
  private Model() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(ByteBuf bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  static String encode(Reply reply, int protocol) {
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(reply, protocol, out);
    return text(out);
  }

  /** The arguments of all requests in some bytes, each request as one list. */
  static List<List<String>> parse(byte[] input, RequestLimits limits) throws ProtocolException {
    List<List<String>> requests = new ArrayList<>();
    RequestParser parser = new RequestParser(limits);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    for (Request request = parser.next(in); request != null; request = parser.next(in)) {
      requests.add(arguments(request));
      request.release();
    }
    return requests;
  }

  static List<String> arguments(Request request) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < request.size(); i++) {
      arguments.add(new String(request.arg(i), StandardCharsets.ISO_8859_1));
    }
    return arguments;
  }

  static RealRedis.Answer answer(byte[] input, RequestLimits limits) {
    ByteBuf out = Unpooled.buffer();
    RequestParser parser = new RequestParser(limits);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      for (Request request = parser.next(in); request != null; request = parser.next(in)) {
        ReplyEncoder.write(unknown(request), 2, out);
        request.release();
      }
      return new RealRedis.Answer(text(out), false);
    } catch (ProtocolException broken) {
      Reply.Err reply = broken.reply();
      if (reply != null) {
        ReplyEncoder.write(reply, 2, out);
      }
      return new RealRedis.Answer(text(out), true);
    }
  }

  private static Reply unknown(Request request) {
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    for (int i = 1; i < request.size() && quoted.size() < 128; i++) {
      int room = 128 - quoted.size();
      quoted.writeBytes(bytes("'" + shown(request.arg(i), room) + "' "));
    }
    return Reply
        .error(bytes("ERR unknown command '" + shown(request.arg(0), 128) + "', with args beginning with: "
            + quoted.toString(StandardCharsets.ISO_8859_1)));
  }

  private static String shown(byte[] text, int most) {
    String all = new String(text, StandardCharsets.ISO_8859_1);
    int zero = all.indexOf(0);
    String shown = zero < 0 ? all : all.substring(0, zero);
    return shown.substring(0, Math.min(most, shown.length()));
  }
}
