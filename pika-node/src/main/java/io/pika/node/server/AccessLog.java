package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.node.acl.Denial;
import io.pika.node.acl.UserReplies;
import io.pika.node.command.UsersScript;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was refused to users and to whom no password helped, newest first, each table's by itself (ACL LOG). Of this node;
 * bounded; the same again within a minute is counted. Any thread.
 */
final class AccessLog {
  static final int MAX_ENTRIES = 128;
  private static final int MAX_TEXT = 256;
  private static final int COMPARED = 10;
  private static final long SAME_MS = 60_000;

  private final Clock clock;
  private final Map<Integer, Deque<Entry>> tables = new ConcurrentHashMap<>();

  private record Fact(String reason, String context, String user, Bytes object) {}

  private record Entry(Fact fact, long count, long atMs, String client) {}

  AccessLog(Clock clock) {
    this.clock = clock;
  }

  void denied(Session session, Request request, Denial denial) {
    String user = session.user();
    add(session.table(), fact(denial, context(session), user == null ? TableUsers.DEFAULT : user, request),
        session.clientInfo());
  }

  /** Here where the script ran; its client may be another node's. */
  void deniedInScript(int table, UsersScript script, Request call, Denial denial) {
    add(table, fact(denial, "lua", script.user(), call), script.client());
  }

  private static String context(Session session) {
    return session.queue() == null ? "toplevel" : "multi";
  }

  private static Fact fact(Denial denial, String context, String user, Request request) {
    byte[] object = switch (denial.reason()) {
      case COMMAND -> UserReplies.name(request).getBytes(StandardCharsets.UTF_8);
      case KEY, CHANNEL -> request.arg(denial.position());
    };
    return fact(denial.reason().name().toLowerCase(Locale.ROOT), context, user, object);
  }

  private static Fact fact(String reason, String context, String user, byte[] object) {
    return new Fact(reason, context, user.substring(0, Math.min(user.length(), MAX_TEXT)),
        Bytes.of(Arrays.copyOf(object, Math.min(object.length, MAX_TEXT))));
  }

  /** @param table where the password did not fit */
  void loginRefused(Session session, int table, String user) {
    add(table, fact("auth", context(session), user, new byte[]{'A', 'U', 'T', 'H'}), session.clientInfo());
  }

  private void add(int table, Fact fact, String client) {
    Deque<Entry> log = tables.computeIfAbsent(table, any -> new ArrayDeque<>());
    synchronized (log) {
      long now = clock.millis();
      log.addFirst(new Entry(fact, countedBefore(log, fact, now) + 1, now, client));
      while (log.size() > MAX_ENTRIES) {
        log.removeLast();
      }
    }
  }

  /** Takes an entry out that says the same; how often it was counted. */
  private static long countedBefore(Deque<Entry> log, Fact fact, long now) {
    Iterator<Entry> newest = log.iterator();
    for (int i = 0; i < COMPARED && newest.hasNext(); i++) {
      Entry entry = newest.next();
      if (entry.fact.equals(fact) && now - entry.atMs <= SAME_MS) {
        newest.remove();
        return entry.count;
      }
    }
    return 0;
  }

  Reply newest(int table, long most) {
    Deque<Entry> log = tables.get(table);
    if (log == null) {
      return Reply.EMPTY_ARRAY;
    }
    synchronized (log) {
      long now = clock.millis();
      return Reply.array(log.stream().limit(most).map(entry -> shown(entry, now)).toList());
    }
  }

  private static Reply shown(Entry entry, long now) {
    return Reply.map(Reply.bulk("count"), Reply.of(entry.count), Reply.bulk("reason"),
        Reply.bulk(entry.fact.reason), Reply.bulk("context"), Reply.bulk(entry.fact.context),
        Reply.bulk("object"), Reply.bulk(entry.fact.object.array()), Reply.bulk("username"),
        Reply.bulk(entry.fact.user),
        Reply.bulk("age-seconds"), Reply.doubleNumber((now - entry.atMs) / 1000.0),
        Reply.bulk("client-info"), Reply.bulk(entry.client));
  }

  void reset(int table) {
    tables.remove(table);
  }
}
