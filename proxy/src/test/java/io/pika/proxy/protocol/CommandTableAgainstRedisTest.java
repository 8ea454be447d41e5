package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row of the command table says what a real redis-server says of the command. */
class CommandTableAgainstRedisTest {
  /** Rows that the server does not have: it tells about these in sentinel mode only. */
  private static final Set<Command> NOT_IN_A_PLAIN_SERVER = Set.of(Command.SENTINEL);

  @TempDir static Path directory;
  private static @Nullable RealRedis redis;

  @BeforeAll
  static void start() throws Exception {
    redis = RealRedis.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void everyCommandOfRedisHasARow() throws Exception {
    List<String> names = new ArrayList<>();
    for (Object name : (List<?>) read(ask("COMMAND", "LIST"))) {
      names.add((String) name);
    }
    List<String> rows = Stream.concat(Stream.of(Command.values()).map(Command::redisName),
        Stream.of(SubCommand.values()).map(SubCommand::redisName)).toList();
    assertThat(rows).containsAll(names);
    List<String> pika = Stream.of(Command.values())
        .filter(row -> row.spec().group() == Group.PIKA || NOT_IN_A_PLAIN_SERVER.contains(row))
        .map(Command::redisName).toList();
    Set<String> ours = new TreeSet<>(rows);
    names.forEach(ours::remove);
    ours.removeIf(name -> name.startsWith("sentinel|"));
    assertThat(ours).containsExactlyInAnyOrderElementsOf(pika);
  }

  @Test
  void factsAreTheSameByteForByte() throws Exception {
    for (int protocol : List.of(2, 3)) {
      for (CommandSpec row : rows()) {
        Request request = Request.of("COMMAND", "INFO", row.redisName());
        String theirs = normal(ask(protocol, request));
        String ours = normal(Model.encode(CommandReplies.info(new Args(request, 2)), protocol));
        assertThat(ours).as(row.redisName()).isEqualTo(theirs);
      }
    }
  }

  @Test
  void documentationAgreesButForWords() throws Exception {
    for (CommandSpec row : rows()) {
      Request request = Request.of("COMMAND", "DOCS", row.redisName());
      Map<String, Object> theirs = docs(read(ask(2, request)));
      Map<String, Object> ours = docs(read(Model.encode(CommandReplies.docs(new Args(request, 2)), 2)));
      String time = String.valueOf(ours.getOrDefault("complexity", ""));
      assertThat(String.valueOf(theirs.getOrDefault("complexity", ""))).as(row.redisName()).startsWith(time);
      for (Map<String, Object> docs : List.of(theirs, ours)) {
        List.of("summary", "complexity", "arguments", "history", "subcommands").forEach(docs::remove);
      }
      assertThat(ours).as(row.redisName()).isEqualTo(theirs);
    }
  }

  @Test
  void keysAreFoundAsRedisFindsThem() throws Exception {
    for (String line : KeyFinderTest.REQUESTS) {
      for (String asked : List.of("GETKEYS", "GETKEYSANDFLAGS")) {
        for (int protocol : List.of(2, 3)) {
          String[] words = ("COMMAND " + asked + " " + line).split(" ");
          for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals("''") ? "" : words[i];
          }
          Request request = Request.of(words);
          Reply ours = asked.equals("GETKEYS")
              ? CommandReplies.getKeys(request)
              : CommandReplies.getKeysAndFlags(request);
          assertThat(Model.encode(ours, protocol)).as(line).isEqualTo(ask(protocol, request));
        }
      }
    }
  }

  @Test
  void commandsAreListedByCategoryAsRedisListsThem() throws Exception {
    for (Category category : Category.values()) {
      Request request = Request.of("COMMAND", "LIST", "FILTERBY", "ACLCAT", category.name());
      List<?> theirs = (List<?>) read(ask(2, request));
      List<?> ours = (List<?>) read(
          Model.encode(CommandReplies.list(new Args(request, 2), _ -> _ -> false), 2));
      Set<Object> known = new TreeSet<>(theirs);
      Set<Object> redisOnly = new TreeSet<>(ours);
      rowsOfPika().forEach(redisOnly::remove);
      assertThat(redisOnly).as(category.name()).isEqualTo(known);
    }
  }

  private static List<String> rowsOfPika() {
    return Stream.concat(
        Stream.of(Command.values()).map(Command::spec)
            .filter(spec -> spec.group() == Group.PIKA || spec.group() == Group.SENTINELS),
        Command.SENTINEL.subCommands().stream().map(SubCommand::spec)).map(CommandSpec::redisName).toList();
  }

  private static List<CommandSpec> rows() {
    return Stream.of(Command.values()).filter(row -> row.spec().group() != Group.PIKA)
        .filter(row -> !NOT_IN_A_PLAIN_SERVER.contains(row))
        .flatMap(
            row -> Stream.concat(Stream.of(row.spec()), row.subCommands().stream().map(SubCommand::spec)))
        .toList();
  }

  private static String ask(String... words) throws Exception {
    return ask(2, Request.of(words));
  }

  private static String ask(int protocol, Request request) throws Exception {
    RealRedis server = redis;
    Assumptions.assumeTrue(server != null);
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    if (protocol == 3) {
      requests.writeBytes(Model.bytes(Model.text(Request.of("HELLO", "3").raw())));
    }
    requests.writeBytes(Model.bytes(Model.text(request.raw())));
    String replies = server.replies(requests.toByteArray());
    return protocol == 3 ? replies.substring(lengthOfFirst(replies)) : replies;
  }

  private static int lengthOfFirst(String replies) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Model.bytes(replies));
    RespText.read(bytes);
    return bytes.readerIndex();
  }

  private static Object read(String reply) {
    return RespText.read(Unpooled.wrappedBuffer(Model.bytes(reply)));
  }

  /** Sub-commands come in the order of a hash table, and notes are words: both are evened out. */
  private static String normal(String reply) {
    return normal(read(reply)).toString();
  }

  private static Object normal(Object value) {
    if (!(value instanceof List<?> items)) {
      return value;
    }
    List<Object> normal = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if ("notes".equals(items.get(i))) {
        i++;
      } else {
        normal.add(normal(items.get(i)));
      }
    }
    boolean subCommands = !normal.isEmpty() && normal.stream().allMatch(item -> item.toString().contains("|")
        && item.toString().startsWith("["));
    if (subCommands) {
      normal.sort(Comparator.comparing(Object::toString));
    }
    return normal;
  }

  private static Map<String, Object> docs(Object reply) {
    List<?> entries = (List<?>) ((List<?>) reply).get(1);
    Map<String, Object> docs = new TreeMap<>();
    for (int i = 0; i < entries.size(); i += 2) {
      docs.put(entries.get(i).toString(), entries.get(i + 1));
    }
    return docs;
  }
}
