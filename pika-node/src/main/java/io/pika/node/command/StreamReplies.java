package io.pika.node.command;

import io.pika.node.type.StreamEntry;
import io.pika.node.type.StreamId;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Parts of replies that several stream commands give. */
final class StreamReplies {
  /** Longest text of an id. */
  static final int ID_BYTES = 41;

  /** What Redis quotes of a sub-command's name. */
  private static final int QUOTED_BYTES = 128;

  private StreamReplies() {}

  static Reply id(StreamId id) {
    return Reply.bulk(id.text());
  }

  /** An id and its fields; nil for the fields of an entry that is not there any more. Counted, not added. */
  static Reply entry(StreamEntry entry, ReplyItems counted) {
    counted.count(ID_BYTES);
    if (entry.fields() == null) {
      return Reply.array(id(entry.id()), Reply.NULL_ARRAY);
    }
    List<Reply> fields = new ArrayList<>(entry.fields().size());
    for (byte[] field : entry.fields()) {
      counted.count(field.length);
      fields.add(Reply.bulk(field));
    }
    return Reply.array(id(entry.id()), Reply.array(fields));
  }

  /** "No such key 'k' or consumer group 'g'", perhaps with more behind it. */
  static RefusalException noGroup(byte[] key, byte[] group, String more) {
    return refusal("NOGROUP No such key '", key, "' or consumer group '", group, "'" + more);
  }

  /** "No such consumer group 'g' for key name 'k'". */
  static RefusalException noGroupOfKey(byte[] group, byte[] key) {
    return refusal("NOGROUP No such consumer group '", group, "' for key name '", key, "'");
  }

  /** What is wrong with a sub-command that exists. */
  static RefusalException wrongArguments(byte[] subCommand, String command) {
    return refusal("ERR unknown subcommand or wrong number of arguments for '",
        Arrays.copyOf(subCommand, Math.min(subCommand.length, QUOTED_BYTES)), "'. Try " + command + " HELP.");
  }

  /** Texts and words of the client in turn; words to their first zero byte, as Redis quotes them. */
  static RefusalException refusal(Object... parts) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof byte[] word) {
        quote(word, text);
      } else {
        text.writeBytes(part.toString().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return new RefusalException(Reply.error(text.toByteArray()));
  }

  private static void quote(byte[] word, ByteArrayOutputStream text) {
    for (int i = 0; i < word.length && word[i] != 0; i++) {
      text.write(word[i]);
    }
  }
}
