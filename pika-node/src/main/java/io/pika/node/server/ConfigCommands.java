package io.pika.node.server;

import io.pika.core.settings.Setting;
import io.pika.core.settings.Settings;
import io.pika.core.settings.SettingsException;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CONFIG. Settings belong to the node, not to a table: everybody may read those that are no secret and tell nothing of
 * the machine, but only a client on this machine that is on the first table (an operator's) may change them.
 */
final class ConfigCommands {
  /** What tools ask every Redis for before they work: fixed truths about this server. */
  private static final Map<String, String> FIXED = Map.of("save", "", "appendonly", "yes", "maxmemory", "0",
      "maxmemory-policy", "noeviction", "databases", "16");
  private static final String SIZE = "bytes";

  private final Settings settings;
  private final Statistics statistics;

  ConfigCommands(Settings settings, Statistics statistics) {
    this.settings = settings;
    this.statistics = statistics;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    SubCommand subCommand = request.subCommand();
    Args args = new Args(request, 2);
    reply.complete(switch (subCommand) {
      case CONFIG_GET -> get(connection.session(), args);
      case CONFIG_SET -> set(connection.session(), args);
      case CONFIG_RESETSTAT -> {
        statistics.of(connection.session().table()).reset();
        yield Reply.OK;
      }
      case CONFIG_HELP -> HelpTexts.CONFIG;
      case null, default ->
        throw new IllegalStateException("CONFIG's dispatcher let an unknown sub-command through");
    });
  }

  /** Who administers the node: on the machine itself, and not on a tenant's table. */
  private static boolean isOperator(Session session) {
    return session.isLoopback() && session.table() == Session.FIRST_TABLE;
  }

  private Reply get(Session session, Args args) {
    Map<String, String> found = new LinkedHashMap<>();
    Map<String, String> all = readable(session);
    while (args.hasNext()) {
      Glob pattern = new Glob(args.takeText().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
      all.forEach((name, value) -> {
        if (pattern.matches(name.getBytes(StandardCharsets.UTF_8))) {
          found.put(name, value);
        }
      });
    }
    List<Reply> pairs = new ArrayList<>();
    found.forEach((name, value) -> {
      pairs.add(Reply.bulk(name));
      pairs.add(Reply.bulk(value));
    });
    return Reply.map(pairs);
  }

  /** Addresses and paths are the operator's business. */
  private Map<String, String> readable(Session session) {
    Map<String, String> all = new TreeMap<>(FIXED);
    for (Setting<?> row : settings.spec().rows()) {
      if (!row.isSecret() && (row.isChangeable() || isOperator(session))) {
        all.put(row.name(), text(row));
      }
    }
    return all;
  }

  /** Sizes as plain numbers, as Redis gives them. */
  private String text(Setting<?> row) {
    return row.typeName().equals(SIZE) ? String.valueOf(settings.get(row)) : settings.text(row);
  }

  private Reply set(Session session, Args args) {
    Map<String, String> changes = new LinkedHashMap<>();
    while (args.hasNext()) {
      if (args.remaining() % 2 != 0) {
        throw new RefusalException(Reply.wrongArity("config|set"));
      }
      String name = args.takeText().toLowerCase(Locale.ROOT);
      if (changes.put(name, args.takeText()) != null) {
        throw failed(name, "duplicate parameter");
      }
    }
    if (!isOperator(session)) {
      throw new RefusalException(
          "NOPERM settings of the node are changed from the node's own machine, on table "
              + "default, or in its settings file");
    }
    for (String name : changes.keySet()) {
      @Nullable Setting<?> row = settings.spec().find(name);
      if (row == null) {
        throw new RefusalException(
            "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
      }
      if (!row.isChangeable()) {
        throw failed(name, "can't set immutable config");
      }
    }
    try {
      settings.change(changes);
      return Reply.OK;
    } catch (SettingsException refused) {
      throw failed(changes.keySet().iterator().next(), String.join("; ", refused.problems()));
    }
  }

  private static RefusalException failed(String name, String why) {
    return new RefusalException(
        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
  }
}
